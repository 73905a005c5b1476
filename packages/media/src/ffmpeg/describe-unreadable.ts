import { FfmpegError, MediaError } from '../errors.ts';
import { lastWords, withTail } from './run.ts';

/** Messages of ffmpeg that speak of the machine. They outweigh all others: the file may be fine. */
const MACHINE_FAULTS =
  /Cannot allocate memory|No space left|Input\/output error|Permission denied|Too many open files|Unrecognized option|Option not found|error while loading shared libraries/i;

const FILE_FAULTS =
  /Invalid data found|Invalid argument|could not find codec parameters|Cannot determine format|Error while decoding|End of file|Nothing was written/i;

/**
 * Reads from its last lines why ffprobe could not open a file.
 *
 * @returns a MediaError where the file is at fault, else an FfmpegError that carries the lines.
 */
export function describeUnreadable(
  exitCode: number,
  stderrTail: readonly string[],
): MediaError | FfmpegError {
  const text = stderrTail.join('\n');
  if (MACHINE_FAULTS.test(text)) return failed('ffprobe', exitCode, stderrTail);
  if (/not on whitelist/i.test(text)) {
    const message =
      'Files of this format are not taken (playlists, pictures and rare formats). Upload an MP4, MOV, MKV or WebM.';
    return new MediaError('format_not_allowed', message, lastWords(stderrTail));
  }
  if (/moov atom not found/i.test(text)) {
    const message =
      'The file is cut short or damaged: its index (the moov atom) is missing. Export or upload it again.';
    return new MediaError('unreadable_container', message, lastWords(stderrTail));
  }
  if (!FILE_FAULTS.test(text)) return failed('ffprobe', exitCode, stderrTail);
  return notAVideo(stderrTail);
}

export function notAVideo(stderrTail: readonly string[]): MediaError {
  return new MediaError(
    'not_a_video',
    'The file is not a video that can be read. Upload an MP4, MOV, MKV or WebM.',
    lastWords(stderrTail),
  );
}

/**
 * Reads from its last lines why ffmpeg decoded not one frame of a file that ffprobe could open.
 *
 * @returns a MediaError where the file is at fault, else an FfmpegError that carries the lines.
 */
export function describeUndecodable(
  ffmpegVersion: string,
  codec: string,
  exitCode: number,
  stderrTail: readonly string[],
): MediaError | FfmpegError {
  const text = stderrTail.join('\n');
  if (/Decoder .*not found|no decoder/i.test(text)) {
    const message = `ffmpeg ${ffmpegVersion} cannot decode ${codec}. Convert the video to H.264, or install a newer ffmpeg.`;
    return new MediaError('codec_not_supported', message, lastWords(stderrTail));
  }
  if (exitCode !== 0 && (MACHINE_FAULTS.test(text) || !FILE_FAULTS.test(text))) {
    return failed('ffmpeg', exitCode, stderrTail);
  }
  if (/Picture size .* invalid|exceeds? (?:specified )?max/i.test(text)) {
    return new MediaError(
      'frame_too_large',
      'The frames of this video are too large to decode. Scale it down.',
      lastWords(stderrTail),
    );
  }
  const message =
    'Not one frame of this video can be decoded: it is empty or damaged. Export or upload it again.';
  return new MediaError('no_frames', message, lastWords(stderrTail));
}

function failed(program: string, exitCode: number, stderrTail: readonly string[]): FfmpegError {
  return new FfmpegError('failed', withTail(`${program} failed with exit code ${exitCode}.`, stderrTail));
}
