import { inputUrl } from '../ffmpeg/hostile-input.ts';
import { type FrameSize, renderSize } from './frame-size.ts';
import { pictureConversion } from './picture-conversion.ts';
import { renderExactly, type RenderOptions } from './run-render.ts';
import { framesFrom } from './seek.ts';

export interface WriteStillOptions extends RenderOptions {
  /** Time of the frame in ms after the file's start, as `analyzeCuts` gives it. */
  atMs: number;
}

/**
 * Writes one frame of a video as a JPEG, at the size at which its clips are rendered: the very frame that the analysis puts at
 * `atMs`, or the next one where none is there.
 *
 * @param output path of the file to write; what is there is replaced
 * @throws MediaError `no_frames` when nothing is shown from there on; FfmpegError and the signal's reason as `run` does
 */
export async function writeStill(
  file: string,
  output: string,
  options: WriteStillOptions,
): Promise<FrameSize> {
  const { ffmpeg, info, atMs, signal } = options;
  const pictures = await pictureConversion(info, ffmpeg, signal);
  const size = renderSize(info);
  const args = (firstTime: string) => {
    const graph = `${framesFrom(info, atMs)},trim=end_frame=1,${firstTime},${pictures.toJpeg(size)}[still]`;
    const encoding = ['-map', '[still]', '-frames:v', '1', '-q:v', '3', '-f', 'mjpeg'];
    return ['-filter_complex', graph, ...encoding, inputUrl(output)];
  };
  await renderExactly({ file, zeroMs: atMs, args }, options);
  return size;
}
