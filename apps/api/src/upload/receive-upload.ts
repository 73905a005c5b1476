import { MAX_TITLE_LENGTH, UploadFields } from '@orq/contracts';
import type { ObjectStore, StoredBody } from '@orq/storage';
import { invalidField, ProblemError } from '../problem.ts';
import { plainFilename } from './content-disposition.ts';
import { parseForm, type FormPart } from './multipart.ts';
import { readRequestBody, type BodyLimits } from './request-body.ts';

/** An upload that has arrived whole: its file is in storage. */
export interface ReceivedUpload extends StoredBody {
  title: string;
  filename: string;
  contentType: string;
  storageKey: string;
}

type FilePart = Extract<FormPart, { kind: 'file' }>;

const FORM_LIMITS = {
  maxParts: 8,
  // UTF-8 needs up to four bytes for a character.
  maxFieldBytes: MAX_TITLE_LENGTH * 4,
  fileFields: ['file'],
};

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,80}\/[\w!#$&^.+-]{1,80}$/;

function multipartType(request: Request): string {
  const contentType = request.headers.get('content-type') ?? '';
  if (/^multipart\/form-data\s*(;|$)/i.test(contentType)) return contentType;
  throw new ProblemError(
    'unsupported-media-type',
    'Send the video as multipart/form-data: curl -F file=@video.mp4 -F title="My video"',
  );
}

function parseTitle(value: string): string | undefined {
  const fields = UploadFields.safeParse({ title: value });
  if (fields.success) return fields.data.title;
  throw invalidField('title', fields.error.issues.map(({ message }) => message).join('; '));
}

/**
 * Streams the `file` of an upload into storage, and reads its `title`, in either order.
 *
 * A part of any other name is refused, for it is most likely a slip: a title that is sent as `name` would be lost.
 *
 * @param storageKey where the file goes; there may be one although this throws, for the fault may come after it
 * @throws {ProblemError} for all that can be wrong with an upload
 * @throws {StorageFullError}
 */
export async function receiveUpload(
  request: Request,
  storage: ObjectStore,
  storageKey: string,
  limits: BodyLimits,
): Promise<ReceivedUpload> {
  const contentType = multipartType(request);
  let title: string | undefined;
  let file: (StoredBody & { part: FilePart }) | undefined;
  for await (const part of parseForm(contentType, readRequestBody(request, limits), FORM_LIMITS)) {
    if (part.name === 'file' && part.kind === 'file') {
      if (file) throw invalidField('file', 'an upload has one file; send each video by itself');
      file = { part, ...(await storage.put(storageKey, part.body)) };
    } else if (part.name === 'title' && part.kind === 'field') {
      if (title !== undefined) throw invalidField('title', 'an upload has one title');
      title = parseTitle(part.value);
    } else {
      throw invalidField(part.name, 'is not a part of an upload: send the video as file, its title as title');
    }
  }
  if (!file) throw new ProblemError('file-missing', 'Send the video in a part that is named file');

  const { part, bytes, sha256 } = file;
  const filename = plainFilename(part.filename);
  if (bytes === 0) throw new ProblemError('file-empty', `${filename} has no bytes`);
  return {
    title: title ?? filename,
    filename,
    contentType: MEDIA_TYPE.test(part.contentType) ? part.contentType : 'application/octet-stream',
    storageKey,
    bytes,
    sha256,
  };
}
