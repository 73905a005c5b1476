/** What a `Range` header asks for of a file: a stretch of it (both ends counted in, from 0), all of it, or nothing that it has. */
export type RequestedRange = { first: number; last: number } | 'all' | 'unsatisfiable';

const SINGLE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * Reads a `Range` header (RFC 9110, section 14.2). What is malformed, is in another unit, or names several ranges is answered
 * with all of the file, as the RFC allows.
 *
 * @param size of the file, in bytes
 */
export function parseRange(header: string | undefined, size: number): RequestedRange {
  const [, from = '', to = ''] = SINGLE_RANGE.exec(header ?? '') ?? [];
  if (from === '' && to === '') return 'all';
  if (from === '') {
    const length = Math.min(size, Number(to));
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? Infinity : Number(to);
  if (last < first) return 'all';
  return first >= size ? 'unsatisfiable' : { first, last: Math.min(last, size - 1) };
}
