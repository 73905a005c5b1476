import type { ClipChoice, UploadResource } from '@orq/contracts';
import { type Database, type Sql, type TransactionSql, uploadPieces, uploads } from '@orq/db';
import { and, eq, gt, sql as fragment } from 'drizzle-orm';
import { answer } from '../database-call.ts';
import { ProblemError } from '../problem.ts';

/** How long an upload may take, from its first request on. In hours. */
export const UPLOAD_LIFETIME_HOURS = 24;

export interface AnnouncedUpload {
  id: string;
  protocol: 'direct' | 'tus';
  title: string;
  filename: string;
  contentType: string;
  sizeBytes: number;
  sha256?: string | undefined;
  clips?: ClipChoice | undefined;
  /** What a tus client said of it. */
  metadata?: Record<string, string | null> | undefined;
}

export interface UploadRow {
  upload: typeof uploads.$inferSelect;
  /** How many bytes have come by tus. */
  receivedBytes: number;
}

/** @returns when it expires */
export async function insertUpload(tx: Sql | TransactionSql, upload: AnnouncedUpload): Promise<Date> {
  const { id, protocol, title, filename, contentType, sizeBytes, sha256 = null } = upload;
  const json = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));
  const [row] = await tx<{ expiresAt: Date }[]>`
    INSERT INTO orq.uploads
      (id, protocol, title, filename, content_type, size_bytes, sha256, clips, metadata, expires_at)
    VALUES (${id}, ${protocol}, ${title}, ${filename}, ${contentType}, ${sizeBytes}, ${sha256},
      ${json(upload.clips)}::text::jsonb, ${json(upload.metadata)}::text::jsonb,
      now() + make_interval(hours => ${UPLOAD_LIFETIME_HOURS}))
    RETURNING expires_at AS "expiresAt"`;
  if (!row) throw new Error('INSERT gave no row');
  return row.expiresAt;
}

/** @throws {ProblemError} `not-found`, also where it has expired */
export async function existingUpload(db: Database, id: string): Promise<UploadRow> {
  const end = fragment<number>`coalesce(max(${uploadPieces.offsetBytes} + ${uploadPieces.bytes}), 0)::float8`;
  const [row] = await answer(
    db
      .select({ upload: uploads, receivedBytes: end })
      .from(uploads)
      .leftJoin(uploadPieces, eq(uploadPieces.uploadId, uploads.id))
      .where(and(eq(uploads.id, id), gt(uploads.expiresAt, fragment`now()`)))
      .groupBy(uploads.id),
  );
  if (!row)
    throw new ProblemError('not-found', `There is no upload ${id}, or it has expired: begin it again`);
  return row;
}

export function toUploadResource({ upload, receivedBytes }: UploadRow): UploadResource {
  const { id, protocol, title, sizeBytes, jobId, expiresAt } = upload;
  const come = jobId === null ? receivedBytes : sizeBytes;
  return {
    id,
    protocol,
    title,
    size_bytes: sizeBytes,
    received_bytes: protocol === 'tus' ? come : null,
    expires_at: expiresAt.toISOString(),
    result: jobId === null ? null : { video_asset_id: id, job_id: jobId },
  };
}
