import { createHash } from 'node:crypto';
import { readBody } from '../body-reader.ts';
import { ObjectTooLargeError } from '../errors.ts';
import type { ObjectBody, PutOptions, StoredBody } from '../object-store.ts';
import type { S3Http } from './http.ts';
import { MultipartUpload } from './multipart.ts';

/** S3 takes parts of 5 MiB to 5 GiB, and up to 10,000 of them. */
const PART_BYTES = 8 * 1024 * 1024;
const MAX_PARTS = 10_000;

/** All parts but the last are of one size, which some services insist on: it is chosen by what may come. */
const partBytesFor = (maxBytes: number) =>
  Number.isFinite(maxBytes) ? Math.max(PART_BYTES, Math.ceil(maxBytes / MAX_PARTS)) : PART_BYTES;

/**
 * Puts a body under a key: in one request where it is shorter than a part, or else in parts, each of which goes out while the
 * next one is read. So two parts are held, and what `fetch` copies of one.
 *
 * @throws as {@link ObjectStore.put}
 */
export async function writeObject(
  http: S3Http,
  key: string,
  body: ObjectBody,
  { signal, maxBytes = Infinity }: PutOptions,
): Promise<StoredBody> {
  const partBytes = partBytesFor(maxBytes);
  const most = Math.min(maxBytes, partBytes * MAX_PARTS);
  const hash = createHash('sha256');
  const upload = new MultipartUpload(http, key, signal);
  let bytes = 0;
  let part = new Uint8Array(partBytes);
  let filled = 0;
  try {
    for await (const chunk of readBody(body, signal)) {
      bytes += chunk.length;
      if (bytes > most) throw new ObjectTooLargeError(most);
      hash.update(chunk);
      for (let taken = 0; taken < chunk.length;) {
        const piece = chunk.subarray(taken, taken + partBytes - filled);
        part.set(piece, filled);
        taken += piece.length;
        filled += piece.length;
        if (filled < partBytes) continue;
        await upload.add(part);
        [part, filled] = [new Uint8Array(partBytes), 0];
      }
    }
    const rest = part.subarray(0, filled);
    if (!upload.begun) await http.send({ method: 'PUT', key, body: rest, signal });
    else await upload.complete(rest, bytes);
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    await upload.abort();
    throw error;
  }
}
