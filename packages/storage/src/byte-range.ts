import type { ByteRange } from './object-store.ts';

/** @throws {RangeError} when the range is no pair of whole numbers from 0, `first` at most `last` */
export function assertByteRange({ first, last }: ByteRange): void {
  if (Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 0 && last >= first) return;
  throw new RangeError(`A range takes whole numbers, 0 <= first <= last: ${first} to ${last}`);
}
