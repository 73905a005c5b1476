/** What is wrong with the video file itself. */
export type MediaErrorCode =
  | 'not_a_file'
  | 'empty_file'
  | 'not_a_video'
  | 'format_not_allowed'
  | 'unreadable_container'
  | 'no_video_stream'
  | 'encrypted'
  | 'frame_too_large'
  | 'too_long'
  | 'needs_too_much_memory'
  | 'codec_not_supported'
  | 'no_frames';

/**
 * The file is at fault: the same file fails in the same way each time, so a retry is senseless. The message is for
 * the person who uploaded the file: it says what is wrong and what to do.
 */
export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What went wrong around ffmpeg, and not in the file. */
export type FfmpegErrorCode = 'unavailable' | 'killed' | 'stalled' | 'timed_out' | 'failed';

/** The machine is at fault (ffmpeg missing, killed, stalled, too slow): a later try may succeed. */
export class FfmpegError extends Error {
  override readonly name = 'FfmpegError';
  readonly code: FfmpegErrorCode;

  constructor(code: FfmpegErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
