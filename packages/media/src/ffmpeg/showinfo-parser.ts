const CONFIG = /^\[Parsed_showinfo_.*config in time_base: (\d+)\/(\d+)/;
const FRAME_LINE = /^\[Parsed_showinfo_.* n: *\d+ +pts: *(-?\d+|NOPTS) /;

/**
 * Reads the timestamps that ffmpeg's showinfo filter prints, one line a frame. The integer pts and the time base are
 * used, since the seconds beside them are rounded to six digits.
 */
export class ShowinfoParser {
  readonly #onTimestamp: (ms: number | null) => void;
  #msPerTick = Number.NaN;

  constructor(onTimestamp: (ms: number | null) => void) {
    this.#onTimestamp = onTimestamp;
  }

  /** Takes a line of stderr. Returns whether showinfo wrote it. */
  push(line: string): boolean {
    if (!line.startsWith('[Parsed_showinfo_')) return false;
    const frame = FRAME_LINE.exec(line);
    if (frame) {
      this.#onTimestamp(frame[1] === 'NOPTS' ? null : Number(frame[1]) * this.#msPerTick);
      return true;
    }
    const config = CONFIG.exec(line);
    if (config) this.#msPerTick = (Number(config[1]) * 1000) / Number(config[2]);
    return true;
  }
}
