import { fileURLToPath } from 'node:url';
import { DiskStore } from './disk.ts';
import type { ObjectStore } from './object-store.ts';

const SUPPORTED = 'supported is file:///absolute/path/of/a/directory';

/**
 * Opens the store that STORAGE_URL names. Nothing is touched before the first read or write.
 *
 * @param url `file:///absolute/path`: a directory of this machine
 * @throws {Error} that names what is supported, for anything else
 */
export function openStorage(url: string): ObjectStore {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol !== 'file:') {
    const scheme = parsed ? `${parsed.protocol}//` : 'This';
    throw new Error(`STORAGE_URL: ${scheme} is no storage that orq knows; ${SUPPORTED}`);
  }
  if (parsed.host || parsed.search || parsed.hash || parsed.pathname === '/') {
    throw new Error(`STORAGE_URL: a file URL takes an absolute directory and nothing else; ${SUPPORTED}`);
  }
  return new DiskStore(fileURLToPath(parsed));
}
