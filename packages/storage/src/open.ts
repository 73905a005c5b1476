import { fileURLToPath } from 'node:url';
import { DiskStore } from './disk.ts';
import type { ObjectStore } from './object-store.ts';
import { parseS3Url, S3_FORM } from './s3/location.ts';
import { S3Store } from './s3/store.ts';

const SUPPORTED = `supported are file:///absolute/path/of/a/directory and ${S3_FORM}`;

/** Of an S3 service. The disk needs none. */
export interface StorageCredentials {
  accessKeyId: string | undefined;
  secretAccessKey: string | undefined;
}

/**
 * Opens the store that STORAGE_URL names. Nothing is touched before the first read or write.
 *
 * @param url `file:///absolute/path`: a directory of this machine; or `s3://bucket/prefix`, with its endpoint
 * @throws {Error} that names what is supported, for anything else
 */
export function openStorage(url: string, credentials: StorageCredentials): ObjectStore {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  switch (parsed?.protocol) {
    case 'file:':
      return openDisk(parsed);
    case 's3:':
      return new S3Store({ location: parseS3Url(parsed), credentials: complete(credentials) });
    default: {
      const scheme = parsed ? `${parsed.protocol}//` : 'This';
      throw new Error(`STORAGE_URL: ${scheme} is no storage that orq knows; ${SUPPORTED}`);
    }
  }
}

function openDisk(url: URL): DiskStore {
  if (url.host || url.search || url.hash || url.pathname === '/') {
    throw new Error(`STORAGE_URL: a file URL takes an absolute directory and nothing else; ${SUPPORTED}`);
  }
  return new DiskStore(fileURLToPath(url));
}

function complete({ accessKeyId, secretAccessKey }: StorageCredentials) {
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new Error('STORAGE_URL is an s3 URL: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, too');
}
