import { route, type RouteContract } from '@orq/contracts';
import type { AppDeps } from '../deps.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';

export const TUS_PATH = '/uploads/tus';

/** What pages of other origins have to be let send and read. */
export const TUS_REQUEST_HEADERS = ['tus-resumable', 'upload-length', 'upload-metadata', 'upload-offset'];
export const TUS_ANSWER_HEADERS = [
  'tus-resumable',
  'tus-version',
  'tus-extension',
  'tus-max-size',
  'upload-length',
  'upload-metadata',
  'upload-offset',
  'upload-expires',
];

/**
 * A call whose headers, body and answer are tus' own. It is not in the table of routes, since no schema of ours says what it
 * takes and no client of ours makes it; but who may call is asked as of any other.
 */
const call = (method: RouteContract['method'], path: `/${string}`) =>
  route({
    method,
    path,
    tag: 'Videos',
    summary: 'tus 1.0.0',
    scope: 'enqueue',
    reach: 'video',
    request: {},
    success: { status: 200, description: 'As tus says.', binary: { contentTypes: ['*/*'], ranges: false } },
    problems: [],
  });

/** Resumable uploads: tus 1.0.0 with creation, creation-with-upload, expiration and termination. */
export function tusRoutes(app: Api, { tus }: AppDeps): void {
  if (!tus) return;
  // HEAD is dispatched as GET.
  for (const method of ['get', 'patch', 'delete'] as const) {
    mount(app, call(method, `${TUS_PATH}/:id`), ({ c }) => tus(c.req.raw));
  }
  mount(app, call('post', TUS_PATH), ({ c }) => tus(c.req.raw));
  app.on('OPTIONS', [TUS_PATH, `${TUS_PATH}/:id`], (c) => tus(c.req.raw));
}
