import { z } from 'zod';

/** A place in a list as clients carry it from page to page: base64url, so that nobody builds on what it says. */
export function cursorOf(place: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(place));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * The place that a cursor says.
 *
 * @throws {z.ZodError} that names `cursor`, for what is none of this list
 */
export function readCursor<Place>(schema: z.ZodType<Place>, cursor: string): Place {
  const place = schema.safeParse(decoded(cursor));
  if (place.success) return place.data;
  const message = 'takes what a page of this list gave as next_cursor';
  throw new z.ZodError([{ code: 'custom', path: ['cursor'], message, input: undefined }]);
}

function decoded(cursor: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (byte) =>
      byte.charCodeAt(0),
    );
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
