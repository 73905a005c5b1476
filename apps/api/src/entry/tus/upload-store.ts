import { DataStore, ERRORS, Upload } from '@tus/server';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { answer } from '../../database-call.ts';
import { existingUpload, insertUpload, UPLOAD_LIFETIME_HOURS } from '../../uploads/upload-rows.ts';
import { toAnnounced } from './announce.ts';
import type { Finish, TusDeps } from './finish.ts';
import { removePieces, writePieces } from './pieces.ts';

const Id = z.uuid();

/** Uploads by tus as rows, and pieces in the object store: any process of the api can go on with any of them. */
export class UploadStore extends DataStore {
  override extensions = ['creation', 'creation-with-upload', 'expiration', 'termination'];
  readonly #deps: TusDeps;
  readonly #finish: Finish;

  constructor(deps: TusDeps, finish: Finish) {
    super();
    this.#deps = deps;
    this.#finish = finish;
  }

  override async create(upload: Upload): Promise<Upload> {
    await answer(insertUpload(this.#deps.sql, toAnnounced(upload)));
    return upload;
  }

  override write(body: Readable, id: string, offset: number): Promise<number> {
    return writePieces(this.#deps, id, offset, body);
  }

  /** Finishes it first, where all has come and nobody has: a process may have been killed in between. */
  override async getUpload(id: string): Promise<Upload> {
    if (!Id.safeParse(id).success) throw ERRORS.FILE_NOT_FOUND;
    const { upload, receivedBytes } = await existingUpload(this.#deps.db, id);
    if (upload.protocol !== 'tus') throw ERRORS.FILE_NOT_FOUND;
    const isWhole = upload.jobId !== null || receivedBytes === upload.sizeBytes;
    if (isWhole) await this.#finish(id);
    const found = new Upload({
      id,
      size: upload.sizeBytes,
      offset: isWhole ? upload.sizeBytes : receivedBytes,
      ...(upload.metadata && { metadata: upload.metadata }),
    });
    found.creation_date = upload.createdAt.toISOString();
    return found;
  }

  override async remove(id: string): Promise<void> {
    await this.getUpload(id);
    await removePieces(this.#deps, id);
    await answer(this.#deps.sql`DELETE FROM orq.uploads WHERE id = ${id} AND job_id IS NULL`);
  }

  override getExpiration(): number {
    return UPLOAD_LIFETIME_HOURS * 3_600_000;
  }
}
