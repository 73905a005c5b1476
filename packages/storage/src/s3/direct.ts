import { createHash } from 'node:crypto';
import { readBody } from '../body-reader.ts';
import { ObjectNotFoundError } from '../errors.ts';
import { assertObjectKey } from '../object-key.ts';
import type { DirectWrites, ReadBody, StoredBody } from '../object-store.ts';
import { S3Error } from './errors.ts';
import type { S3Http } from './http.ts';

const CHECKSUM = 'x-amz-checksum-sha256';
/** Of an object in one piece; that of one in parts is not the SHA-256 of its bytes, and ends on their number. */
const WHOLE_CHECKSUM = /^[A-Za-z0-9+/]{43}=$/;

/** @param get reads an object */
export function createDirectWrites(http: S3Http, get: (key: string) => Promise<ReadBody>): DirectWrites {
  async function digest(key: string): Promise<StoredBody> {
    const { stream, objectBytes } = await get(key);
    const hash = createHash('sha256');
    for await (const chunk of readBody(stream)) hash.update(chunk);
    return { bytes: objectBytes, sha256: hash.digest('hex') };
  }

  return {
    async presignPut(key, { bytes, contentType, sha256 }, expiresInS) {
      assertObjectKey(key);
      const headers = {
        'content-type': contentType,
        // What is there stays: the URL outlives the upload.
        ...(http.location.conditionalPuts && { 'if-none-match': '*' }),
        ...(sha256 !== undefined && { [CHECKSUM]: Buffer.from(sha256, 'hex').toString('base64') }),
      };
      const signed = { ...headers, 'content-length': String(bytes) };
      const expiresAt = new Date(Date.now() + expiresInS * 1_000);
      const url = await http.presign({ method: 'PUT', key, headers: signed }, expiresInS);
      return { url, headers, expiresAt };
    },

    async inspect(key) {
      assertObjectKey(key);
      try {
        const { headers } = await http.send({
          method: 'HEAD',
          key,
          headers: { 'x-amz-checksum-mode': 'ENABLED' },
        });
        const [checksum, length] = [headers.get(CHECKSUM) ?? '', headers.get('content-length')];
        if (!WHOLE_CHECKSUM.test(checksum) || length === null) return await digest(key);
        return { bytes: Number(length), sha256: Buffer.from(checksum, 'base64').toString('hex') };
      } catch (error) {
        if (!(error instanceof S3Error) || error.status !== 404) throw error;
        throw new ObjectNotFoundError(key, { cause: error });
      }
    },
  };
}
