import { z } from 'zod';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * Any JSON value. Whatever is parsed here has come out of JSON, so that it is only missed when it is not there:
 * `z.json()` would try six schemas on each value inside.
 */
export const Json = z.custom<JsonValue>((value) => value !== undefined, 'is required, and may be any JSON');
