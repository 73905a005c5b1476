import type { Upload } from '@tus/server';
import { invalidField, ProblemError } from '../../problem.ts';
import { plainFilename } from '../../upload/content-disposition.ts';
import { FIELD_NAMES, parseFields, toClipChoice, toContentType } from '../../upload/upload-fields.ts';
import type { AnnouncedUpload } from '../../uploads/upload-rows.ts';

/** What clients call the name and the type of a file. */
const FILENAME = ['filename', 'name'];
const CONTENT_TYPE = ['filetype', 'type', 'content_type'];

/**
 * What a tus client says of an upload as it creates it. Metadata that mean nothing here are kept for it, and passed over.
 *
 * @throws {ProblemError}
 */
export function toAnnounced({ id, size = 0, metadata = {} }: Upload): AnnouncedUpload {
  if (size === 0) throw new ProblemError('file-empty', 'Upload-Length is 0: a video has at least one byte');
  const first = (names: string[]) =>
    names.map((name) => metadata[name]).find((value) => typeof value === 'string');
  const given = FIELD_NAMES.map((name) => [name, metadata[name] ?? undefined]);
  const fields = parseFields(Object.fromEntries(given));
  const filename = plainFilename(first(FILENAME) ?? undefined);
  if (JSON.stringify(metadata).includes('\\u0000')) {
    throw invalidField('upload-metadata', 'takes no NUL character');
  }
  return {
    id,
    protocol: 'tus',
    title: fields.title ?? filename,
    filename,
    contentType: toContentType(first(CONTENT_TYPE) ?? undefined),
    sizeBytes: size,
    clips: toClipChoice(fields),
    metadata,
  };
}
