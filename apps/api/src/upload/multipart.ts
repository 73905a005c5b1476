import { decodeField, make, type MultipartError, type PartInfo } from 'multipasta';
import { invalidField, ProblemError } from '../problem.ts';
import { parseDisposition } from './content-disposition.ts';

export type FormPart =
  | { kind: 'field'; name: string; value: string }
  | {
      kind: 'file';
      name: string;
      filename: string | undefined;
      contentType: string;
      body: AsyncIterable<Uint8Array>;
    };

export interface FormLimits {
  maxParts: number;
  /** Most bytes of a text field. */
  maxFieldBytes: number;
  /** Names of the parts that carry a file, whether or not they have a filename. */
  fileFields: readonly string[];
}

type Event =
  | { kind: 'field'; name: string; value: string }
  | { kind: 'file'; name: string; filename: string | undefined; contentType: string }
  | { kind: 'chunk'; chunk: Uint8Array }
  | { kind: 'file-end' }
  | { kind: 'error'; problem: ProblemError };

const malformed = (detail: string, options?: ErrorOptions) =>
  new ProblemError('malformed-request', `The multipart/form-data body cannot be read: ${detail}`, options);

const DASH = 0x2d;

/**
 * Passes chunks on, but keeps up to two dashes at the end of one for the next: multipasta (0.2.8) does not see the
 * closing `--` when its two dashes come in different chunks.
 */
async function* closingDashesTogether(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let kept = 0;
  for await (const chunk of chunks) {
    const joined = kept > 0 ? withDashes(kept, chunk) : chunk;
    kept = 0;
    while (kept < 2 && joined.at(-1 - kept) === DASH) kept += 1;
    if (joined.length > kept) yield joined.subarray(0, joined.length - kept);
  }
  if (kept > 0) yield new Uint8Array(kept).fill(DASH);
}

function withDashes(dashes: number, chunk: Uint8Array): Uint8Array {
  const joined = new Uint8Array(dashes + chunk.length).fill(DASH, 0, dashes);
  joined.set(chunk, dashes);
  return joined;
}

const dispositionOf = (info: PartInfo) => parseDisposition(info.headers['content-disposition']);

function partName(info: PartInfo): string {
  const { name } = dispositionOf(info);
  if (name === undefined) throw malformed('a part has no Content-Disposition with a name');
  return name;
}

/** What the parser finds in the body, in order. It asks for a chunk only when all of the one before has been taken. */
async function* parseEvents(
  contentType: string,
  chunks: AsyncIterable<Uint8Array>,
  limits: FormLimits,
): AsyncGenerator<Event, void> {
  let found: Event[] = [];
  let done = false;
  let current = '';
  // What follows the closing boundary means nothing, whatever it looks like.
  const emit = (event: Event) => void (done || found.push(event));
  const parser = make({
    headers: { 'content-type': contentType },
    maxParts: limits.maxParts,
    maxFieldSize: limits.maxFieldBytes,
    isFile: (info) => {
      const { filename } = dispositionOf(info);
      current = partName(info);
      return filename !== undefined || limits.fileFields.includes(current);
    },
    onField: (info, value) => emit({ kind: 'field', name: partName(info), value: decodeField(info, value) }),
    onFile: (info) => {
      const { filename } = dispositionOf(info);
      emit({ kind: 'file', name: partName(info), filename, contentType: info.contentType });
      return (chunk) => emit(chunk === null ? { kind: 'file-end' } : { kind: 'chunk', chunk });
    },
    onError: (error) => emit({ kind: 'error', problem: problemOf(error, limits, current) }),
    onDone: () => (done = true),
  });

  // multipasta decodes a `filename*` on its way, and that can throw.
  const feed = (parse: () => void) => {
    try {
      parse();
    } catch (error) {
      if (done) return;
      throw error instanceof ProblemError ? error : malformed('a part has broken headers', { cause: error });
    }
  };
  for await (const chunk of closingDashesTogether(chunks)) {
    // The rest is read all the same, so that the connection can be used again.
    if (done) continue;
    feed(() => parser.write(chunk));
    yield* found;
    found = [];
  }
  // It keeps back the last bytes, which may be the closing boundary.
  if (!done) feed(() => parser.end());
  yield* found;
  if (!done) throw new ProblemError('upload-incomplete', 'The body ends before its closing boundary');
}

function problemOf(error: MultipartError, limits: FormLimits, field: string): ProblemError {
  switch (error._tag) {
    case 'InvalidBoundary':
      return malformed('its Content-Type names no boundary');
    case 'InvalidDisposition':
    case 'BadHeaders':
      return malformed('a part has broken headers');
    case 'EndNotReached':
      return new ProblemError('upload-incomplete', 'The body ends before its closing boundary');
    case 'ReachedLimit':
      return error.limit === 'MaxFieldSize'
        ? invalidField(field, `a text field has at most ${limits.maxFieldBytes} bytes`)
        : malformed(`it has more than ${limits.maxParts} parts`);
  }
}

/**
 * The parts of a `multipart/form-data` body (RFC 7578), in order, read as they are asked for: memory does not grow
 * with the body. The body of a file is to be read before the next part is asked for; what is left of it is dropped.
 *
 * @param contentType the request's, with its boundary
 * @throws {ProblemError} when the body is malformed, ends early, or exceeds a limit; and whatever `chunks` throws
 */
export async function* parseForm(
  contentType: string,
  chunks: AsyncIterable<Uint8Array>,
  limits: FormLimits,
): AsyncGenerator<FormPart, void> {
  const events = parseEvents(contentType, chunks, limits);

  async function* fileBody(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const { value: event } = await events.next();
      if (event?.kind === 'error') throw event.problem;
      if (event?.kind !== 'chunk') return;
      yield event.chunk;
    }
  }

  try {
    for (;;) {
      const { value: event, done } = await events.next();
      if (done) return;
      if (event.kind === 'error') throw event.problem;
      if (event.kind === 'field') yield event;
      if (event.kind === 'file') yield { ...event, body: fileBody() };
    }
  } finally {
    await events.return();
  }
}
