import { z } from 'zod';

/** How JSON.stringify writes what jsonb cannot hold: a NUL character, and half of a surrogate pair. */
const SUSPECT = /\\u(?:0000|d[89a-f])/;

/**
 * JSON text that PostgreSQL takes as jsonb; null for what JSON cannot say, such as undefined.
 *
 * @param at the path of the value itself, for the error
 * @throws {z.ZodError} that names the field, for a NUL character or half a surrogate pair in it
 * @throws {TypeError} for a BigInt or a circular reference
 */
export function jsonText(value: unknown, at: readonly PropertyKey[] = []): string {
  const text = JSON.stringify(value) ?? 'null';
  // Seldom: an escaped backslash before such letters looks the same in the text, so the value decides.
  const path = SUSPECT.test(text) ? findUnstorable(JSON.parse(text), [...at]) : undefined;
  if (path) {
    const message = 'PostgreSQL cannot store a NUL character, or half a surrogate pair, in text';
    throw new z.ZodError([{ code: 'custom', path, message, input: undefined }]);
  }
  return text;
}

function findUnstorable(value: unknown, path: PropertyKey[]): PropertyKey[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    const found = isStorable(key) ? findUnstorable(inner, here) : here;
    if (found) return found;
  }
  return undefined;
}

/** Whether PostgreSQL can hold the text. */
export function isStorable(text: string) {
  return !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);
}
