import { FfmpegError, MediaError } from '../errors.ts';
import { lastWords, needsTooMuchMemory, withTail } from './run.ts';

/** Messages of ffmpeg that speak of the machine. They outweigh all others: the file may be fine. */
const MACHINE_FAULTS =
  /No space left|Input\/output error|Permission denied|No such file|Stale file handle|Too many open files|Resource temporarily unavailable|Unrecognized option|Option not found|error while loading shared libraries/i;

/** A larger block was asked for than the limits allow: see `sizeLimitArgs`. */
const MEMORY_REFUSED = /Cannot allocate memory/i;

/** Said of a file that ends too early; the Matroska demuxer then also claims an input/output error. */
const CUT_SHORT = /File ended prematurely/i;

/** How a shell tells that a wrapper script found nothing to run. */
const SHELL_EXIT_CODES = new Set([126, 127]);

/** Whatever else ends ffmpeg by itself is in the file. */
function isMachineFault(exitCode: number, text: string): boolean {
  return SHELL_EXIT_CODES.has(exitCode) || tellsOfMachineFault(text);
}

/** Whether lines of ffmpeg speak of the machine, such as a full disk. */
export function tellsOfMachineFault(text: string): boolean {
  return MACHINE_FAULTS.test(text) && !CUT_SHORT.test(text);
}

/**
 * Reads from its last lines why ffprobe could not open a file.
 *
 * @param beginsAsMp4 the name alone makes ffprobe take anything called .mp4 for an mp4 that lacks its index
 * @returns a MediaError where the file is at fault, else an FfmpegError that carries the lines.
 */
export function describeUnreadable(
  exitCode: number,
  stderrTail: readonly string[],
  beginsAsMp4: boolean,
): MediaError | FfmpegError {
  const text = stderrTail.join('\n');
  if (isMachineFault(exitCode, text)) return failed('ffprobe', exitCode, stderrTail);
  if (/max_streams/.test(text)) return tooManyStreams(stderrTail);
  if (MEMORY_REFUSED.test(text)) return needsTooMuchMemory(stderrTail);
  if (/not on whitelist/i.test(text)) {
    const message =
      'Files of this format are not taken (playlists, pictures and rare formats). Upload an MP4, MOV, MKV or WebM.';
    return new MediaError('format_not_allowed', message, lastWords(stderrTail));
  }
  if (beginsAsMp4 && /moov atom not found/i.test(text)) {
    const message =
      'The file is cut short or damaged: its index (the moov atom) is missing. Export or upload it again.';
    return new MediaError('unreadable_container', message, lastWords(stderrTail));
  }
  return notAVideo(stderrTail);
}

export function tooManyStreams(stderrTail: readonly string[]): MediaError {
  const message = 'The file holds far more streams than a video has. Export the video again.';
  return new MediaError('unreadable_container', message, lastWords(stderrTail));
}

function notAVideo(stderrTail: readonly string[]): MediaError {
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
  // A file that asks for too much at once was found out by ffprobe: what is short of memory here is the machine.
  const isShort = isMachineFault(exitCode, text) || MEMORY_REFUSED.test(text);
  if (exitCode !== 0 && isShort) return failed('ffmpeg', exitCode, stderrTail);
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
