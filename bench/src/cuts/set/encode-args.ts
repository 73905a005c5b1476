import type { Encoding, VideoPlan } from '@orq/cut-benchmark';

const MUXERS: Record<Encoding['container'], string> = { mp4: 'mp4', mkv: 'matroska', webm: 'webm' };

/** Arguments of an ffmpeg that takes raw frames on stdin and writes the video to `file`. */
export function encodeArgs({ width, height, fps, encoding }: VideoPlan, file: string): string[] {
  return [
    ['-hide_banner', '-loglevel', 'error', '-y'],
    ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${width}x${height}`],
    ['-framerate', `${fps[0]}/${fps[1]}`, '-i', 'pipe:0'],
    // One thread: several videos are encoded at a time, and what x264 writes depends on their number.
    ['-c:v', encoding.encoder, ...encoding.args, '-threads', '1', '-pix_fmt', 'yuv420p'],
    ['-f', MUXERS[encoding.container], `file:${file}`],
  ].flat();
}
