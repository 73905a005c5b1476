import { type RouteContract, routes } from '@orq/contracts';
import { TUS_PATH } from '../../../src/routes/tus.ts';

export interface EveryCall {
  name: string;
  reach: RouteContract['reach'];
  method: string;
  path: string;
  /** Whether the path names a thing by its id. */
  namesThing: boolean;
  isStream: boolean;
  body: unknown;
}

/** What a body says that reaches for another queue, where the contract's example does not. */
const bodies: Record<string, unknown> = {
  enqueueJobs: {
    jobs: [
      { type: 'report', input: 1, queue: 'mine' },
      { type: 'report', input: 1 },
    ],
  },
  bulkJobs: { action: 'cancel', filter: { tag: 'none' } },
};

function exampleOf({ request }: RouteContract): unknown {
  const [example] = (request.body?.meta()?.['examples'] ?? []) as unknown[];
  return example;
}

const tus = (method: RouteContract['method'], path: `/${string}`): RouteContract => ({
  ...routes.getUpload,
  method,
  path,
});
/** Those that are not in the table, too. */
const all: Record<string, RouteContract> = {
  ...routes,
  tusCreate: tus('post', TUS_PATH),
  tusRead: tus('get', `${TUS_PATH}/:id`),
  tusWrite: tus('patch', `${TUS_PATH}/:id`),
  tusDelete: tus('delete', `${TUS_PATH}/:id`),
};

/**
 * A call to each route of the api.
 *
 * @param things the ids that stand for `:id`, by how a path begins: `jobs`, `videos` and so on
 * @param queue stands for `:name`
 */
export const everyCall = (things: Record<string, string>, queue: string): EveryCall[] =>
  Object.entries(all).map(([name, route]) => ({
    name,
    reach: route.reach,
    method: route.method.toUpperCase(),
    path: route.path.replace(':id', things[route.path.split('/')[1] ?? ''] ?? '').replace(':name', queue),
    namesThing: route.path.includes(':id'),
    isStream: 'events' in route.success,
    body: bodies[name] ?? exampleOf(route),
  }));
