import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut off here, in characters: a hostile file's metadata must not fill memory. */
const MAX_LINE = 4096;

/** Cuts a stream of bytes into lines at LF, CR or CRLF (ffmpeg ends its progress lines with CR). */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) this.#emit(line);
  }

  end(): void {
    this.#emit(this.#rest + this.#decoder.end());
    this.#rest = '';
  }

  #emit(line: string): void {
    if (line !== '') this.#onLine(line.slice(0, MAX_LINE));
  }
}
