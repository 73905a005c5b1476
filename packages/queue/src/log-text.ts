import { errorText } from './errors.ts';

/** Characters of a message that are kept, at most. */
const MAX_MESSAGE_LENGTH = 4_000;
/** Bytes of JSON. */
const MAX_FIELDS_BYTES = 16_384;
const REPLACEMENT = '\ufffd';

/** What PostgreSQL cannot hold, a NUL character or half a surrogate pair, is replaced. At most 4,000 characters. */
export function messageText(message: unknown): string {
  const text = typeof message === 'string' ? message : errorText(message ?? '');
  const cut = text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : text;
  return cut.replaceAll(/\0|\p{Surrogate}/gu, REPLACEMENT);
}

/**
 * What was logged beside a message, as JSON text that PostgreSQL takes, at most 16 kB: what is larger, or cannot be JSON, is
 * replaced by a note that says so. Null where there is nothing. Never throws.
 *
 * @param bound what the logger carries in every line
 */
export function fieldsText(bound: object, bindings: object): string | null {
  let text: string | undefined;
  try {
    // As pino has it, an error may be logged in the place of bindings.
    const own = bindings instanceof Error ? { err: bindings } : bindings;
    text = JSON.stringify({ ...bound, ...own }, inJson);
  } catch (error) {
    return note(`the fields cannot be JSON: ${errorText(error)}`);
  }
  if (text === undefined || text === '{}') return null;
  if (text.length > MAX_FIELDS_BYTES || new TextEncoder().encode(text).length > MAX_FIELDS_BYTES)
    return note(`the fields are larger than ${MAX_FIELDS_BYTES} bytes as JSON`);
  // An escaped backslash may stand before such letters, so each escape is read as a whole.
  return text.replaceAll(/\\(?:(u0000|ud[89a-f]..)|.)/g, (escape, unstorable?: string) =>
    unstorable ? REPLACEMENT : escape,
  );
}

function inJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Error ? { name: value.name, message: errorText(value) } : value;
}

/** Of plain words: an error's message may hold anything, and may be long. */
const note = (words: string): string => JSON.stringify({ not_kept: messageText(words) });
