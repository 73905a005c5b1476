import { MAX_JSON_BODY_BYTES, MAX_JSON_DEPTH } from '@orq/contracts';
import { ProblemError } from '../problem.ts';
import { readRequestBody, readSmallBody, type BodyProblems } from './body.ts';

const LIMITS = { maxBytes: MAX_JSON_BODY_BYTES, stallTimeoutMs: 10_000 };

const PROBLEMS: BodyProblems = {
  tooLarge: ['body-too-large', `A JSON body has at most ${MAX_JSON_BODY_BYTES} bytes`],
  stalled: ['body-stalled', 'The body of the request stopped coming; send it again'],
  interrupted: ['malformed-request', 'The connection broke before the body had come'],
};

/** Of a whole text at a time: what it has read before is forgotten then. */
const wholeText = new TextDecoder('utf-8', { fatal: true });

const MEDIA_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Goes no deeper than that itself. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

async function readText(request: Request): Promise<string> {
  const small = readSmallBody(request, LIMITS, PROBLEMS);
  if (small) return wholeText.decode(await small);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  for await (const chunk of readRequestBody(request, LIMITS, PROBLEMS)) {
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Reads a JSON body.
 *
 * @throws {ProblemError} `unsupported-media-type`, `body-too-large`, `body-stalled`, `malformed-request`
 */
export async function readJsonBody(request: Request): Promise<unknown> {
  if (!MEDIA_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw new ProblemError(
      'unsupported-media-type',
      'Send the body as JSON, with content-type: application/json',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(await readText(request));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProblemError('malformed-request', `The body is not JSON in UTF-8: ${reason}`, { cause: error });
  }
  if (!isDeeper(value, MAX_JSON_DEPTH)) return value;
  throw new ProblemError('malformed-request', `The body is nested deeper than ${MAX_JSON_DEPTH} levels`);
}
