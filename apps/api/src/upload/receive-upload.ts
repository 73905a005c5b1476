import { MAX_TITLE_LENGTH } from '@orq/contracts';
import type { ObjectStore, StoredBody } from '@orq/storage';
import { invalidField, ProblemError } from '../problem.ts';
import type { NewVideo } from '../videos/insert-video.ts';
import { plainFilename } from './content-disposition.ts';
import { parseForm, type FormPart } from './multipart.ts';
import {
  FIELD_NAMES,
  type FieldName,
  isField,
  parseFields,
  toClipChoice,
  toContentType,
} from './upload-fields.ts';
import { readRequestBody, type BodyLimits, type BodyProblems } from '../request/body.ts';

type FilePart = Extract<FormPart, { kind: 'file' }>;

const FORM_LIMITS = {
  maxParts: 8,
  // UTF-8 needs up to four bytes for a character.
  maxFieldBytes: MAX_TITLE_LENGTH * 4,
  fileFields: ['file'],
};

const problemsOf = ({ maxBytes }: BodyLimits): BodyProblems => ({
  tooLarge: ['upload-too-large', `An upload has at most ${maxBytes} bytes (MAX_UPLOAD_BYTES)`],
  stalled: ['upload-stalled', 'The upload stopped coming, nothing was stored; send it again'],
  interrupted: ['upload-incomplete', 'The connection broke during the upload, nothing was stored'],
});

function multipartType(request: Request): string {
  const contentType = request.headers.get('content-type') ?? '';
  if (/^multipart\/form-data\s*(;|$)/i.test(contentType)) return contentType;
  throw new ProblemError(
    'unsupported-media-type',
    'Send the video as multipart/form-data: curl -F file=@video.mp4 -F title="My video"',
  );
}

/**
 * Streams the `file` of an upload into storage, and reads its text fields, in any order.
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
): Promise<NewVideo> {
  const contentType = multipartType(request);
  const texts: Partial<Record<FieldName, string>> = {};
  let file: (StoredBody & { part: FilePart }) | undefined;
  const body = readRequestBody(request, limits, problemsOf(limits));
  for await (const part of parseForm(contentType, body, FORM_LIMITS)) {
    if (part.name === 'file' && part.kind === 'file') {
      if (file) throw invalidField('file', 'an upload has one file; send each video by itself');
      file = { part, ...(await storage.put(storageKey, part.body, { maxBytes: limits.maxBytes })) };
    } else if (part.kind === 'field' && isField(part.name)) {
      if (texts[part.name] !== undefined) throw invalidField(part.name, `an upload has one ${part.name}`);
      texts[part.name] = part.value;
      // What is wrong is told before the file is sent.
      parseFields(texts);
    } else {
      const taken = FIELD_NAMES.join(', ');
      throw invalidField(part.name, `is not a part of an upload: send the video as file, and ${taken}`);
    }
  }
  if (!file) throw new ProblemError('file-missing', 'Send the video in a part that is named file');

  const { part, bytes, sha256 } = file;
  const fields = parseFields(texts);
  const filename = plainFilename(part.filename);
  if (bytes === 0) throw new ProblemError('file-empty', `${filename} has no bytes`);
  return {
    title: fields.title ?? filename,
    clips: toClipChoice(fields),
    filename,
    contentType: toContentType(part.contentType),
    storageKey,
    bytes,
    sha256,
  };
}
