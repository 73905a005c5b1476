import { InvalidObjectKeyError } from './errors.ts';

const MAX_KEY_LENGTH = 512;
/** The longest name that common file systems allow. */
const MAX_PART_LENGTH = 255;
const PART = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Makes sure that a key means the same in every store, and can name nothing outside of it: no absolute path, no
 * `..`, no hidden file, nothing that a file system or a URL would read otherwise.
 *
 * @throws {InvalidObjectKeyError}
 */
export function assertObjectKey(key: string): void {
  const valid =
    key.length <= MAX_KEY_LENGTH &&
    key.split('/').every((part) => part.length <= MAX_PART_LENGTH && PART.test(part));
  if (!valid) throw new InvalidObjectKeyError(key);
}
