import { type ClipChoice, UploadFields } from '@orq/contracts';
import { invalidField } from '../problem.ts';

export type FieldName = keyof UploadFields;
export const FIELD_NAMES = Object.keys(UploadFields.shape) as FieldName[];
export const isField = (name: string): name is FieldName => FIELD_NAMES.some((known) => known === name);

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,80}\/[\w!#$&^.+-]{1,80}$/;

/** @throws {ProblemError} that names the field which is wrong */
export function parseFields(texts: Partial<Record<FieldName, string>>): UploadFields {
  const fields = UploadFields.safeParse(texts);
  if (fields.success) return fields.data;
  const [first] = fields.error.issues;
  const path = first?.path.join('.') ?? '';
  const messages = fields.error.issues.filter((issue) => issue.path.join('.') === path);
  throw invalidField(path, messages.map(({ message }) => message).join('; '));
}

/** @returns undefined where the fields say nothing of clips */
export function toClipChoice({ clip_count, clip_min_ms, clip_max_ms }: UploadFields): ClipChoice | undefined {
  if (clip_count === undefined && clip_min_ms === undefined && clip_max_ms === undefined) return undefined;
  return { count: clip_count, min_ms: clip_min_ms, max_ms: clip_max_ms };
}

/** What a client says that a file is; what makes no sense is any bytes. */
export const toContentType = (text: string | undefined): string =>
  text !== undefined && MEDIA_TYPE.test(text) ? text : 'application/octet-stream';
