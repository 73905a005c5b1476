import type { RouteContract } from '../routes/index.ts';

/** The parts of a call as they are given, whatever the route. */
export interface RequestParts {
  params?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, unknown>>;
  body?: unknown;
  multipart?: Readonly<Record<string, string | Blob | undefined>>;
  /** What is sent in place of the parts above, made anew for each try, and given up once the try's signal is aborted. */
  content?: (signal: AbortSignal) => Content;
}

export interface Content {
  headers: Record<string, string>;
  body?: BodyInit;
}

const queryText = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value));

/** The address of a call. */
export function urlOf(baseUrl: string, { path }: RouteContract, { params = {}, query = {} }: RequestParts) {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const variables = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) variables.append(name, queryText(one));
  }
  const search = variables.size > 0 ? `?${variables}` : '';
  return baseUrl.replace(/\/+$/, '') + filled + search;
}

function formOf(fields: NonNullable<RequestParts['multipart']>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  return form;
}

/** Headers and body of a call. */
export function contentOf(parts: RequestParts, signal: AbortSignal): Content {
  const { headers = {}, body, multipart, content } = parts;
  if (content) return content(signal);
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  const own = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  if (multipart) return { headers: own, body: formOf(multipart) };
  if (body === undefined) return { headers: own };
  return { headers: { ...own, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
