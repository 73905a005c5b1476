import { FfmpegError, MediaError } from '../errors.ts';
import { withTail } from './run.ts';

/** Messages of ffmpeg that speak of the machine. They outweigh all others: the file may be fine. */
const MACHINE_FAULTS =
  /Cannot allocate memory|No space left|Input\/output error|Permission denied|Too many open files|Unrecognized option|Option not found|error while loading shared libraries/i;

/**
 * Reads from its last lines why ffmpeg or ffprobe could not open a file or decode any frame of it.
 *
 * @returns a MediaError where the file is at fault, else an FfmpegError that carries the lines.
 */
export function describeUnreadable(
  program: string,
  exitCode: number,
  stderrTail: readonly string[],
): MediaError | FfmpegError {
  const text = stderrTail.join('\n');
  if (!MACHINE_FAULTS.test(text)) {
    if (/not on whitelist/i.test(text)) {
      const message =
        'Files of this format are not taken (playlists, pictures and rare formats). Upload an MP4, MOV, MKV or WebM.';
      return new MediaError('format_not_allowed', message);
    }
    if (/moov atom not found/i.test(text)) {
      const message =
        'The file is cut short or damaged: its index (the moov atom) is missing. Export or upload it again.';
      return new MediaError('unreadable_container', message);
    }
    if (/Picture size .* invalid|exceeds? (?:specified )?max|Invalid frame dimensions/i.test(text)) {
      return new MediaError(
        'frame_too_large',
        'The frames of this video are too large to decode. Scale it down.',
      );
    }
    if (/Invalid data found|Invalid argument|could not find codec parameters|End of file/i.test(text)) {
      return new MediaError(
        'not_a_video',
        'The file is not a video that can be read. Upload an MP4, MOV, MKV or WebM.',
      );
    }
  }
  return new FfmpegError('failed', withTail(`${program} failed with exit code ${exitCode}.`, stderrTail));
}
