/** What the `Content-Disposition` of a part says. */
export interface Disposition {
  /** Name of the form's field; undefined where it has none. */
  name: string | undefined;
  /** As the client gave it, path and all; undefined where the part is not a file. */
  filename: string | undefined;
}

const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;"]+))/g;

/** Quotes are escaped as `\"` by some clients and as `%22` by others (WHATWG HTML, multipart/form-data). */
const unquoted = (value: string) => value.replace(/\\(["\\])/g, '$1').replaceAll('%22', '"');

/** `UTF-8''%E6%97%A5.mp4` (RFC 5987); undefined where it is anything else. */
function decoded(extended: string | undefined): string | undefined {
  const [, encoded] = /^utf-8'[\w-]*'(.*)$/i.exec(extended ?? '') ?? [];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** Reads a `Content-Disposition` of any characters: multipasta's own reader takes Latin-1 alone. */
export function parseDisposition(header: string | string[] | undefined): Disposition {
  const text = Array.isArray(header) ? (header[0] ?? '') : (header ?? '');
  const parameters = new Map<string, string>();
  for (const [, key = '', quoted, token] of text.matchAll(PARAMETER)) {
    parameters.set(key.toLowerCase(), quoted === undefined ? (token ?? '') : unquoted(quoted));
  }
  const filename = decoded(parameters.get('filename*')) ?? parameters.get('filename');
  return { name: parameters.get('name'), filename };
}

/** Longest name of a file that is kept, in characters. */
const MAX_FILENAME_LENGTH = 255;

/** A file's own name, without the folders and control characters that a client may send along; `video` where none is left. */
export function plainFilename(filename: string | undefined): string {
  const last = filename?.split(/[/\\]/).at(-1) ?? '';
  const name = last.replace(/\p{Cc}/gu, '').trim();
  return [...name].slice(0, MAX_FILENAME_LENGTH).join('') || 'video';
}
