import { eventRoutes } from './events.ts';
import { jobRoutes } from './jobs.ts';
import { queueRoutes } from './queues.ts';
import type { RouteContract } from './route.ts';
import { serviceRoutes } from './service.ts';
import { uploadRoutes } from './uploads.ts';
import { videoRoutes } from './videos.ts';

export * from './route.ts';

/** Every route of the api. The api mounts this table, OpenAPI describes it, and clients are typed by it. */
export const routes = {
  ...videoRoutes,
  ...uploadRoutes,
  ...jobRoutes,
  ...eventRoutes,
  ...queueRoutes,
  ...serviceRoutes,
} as const satisfies Record<string, RouteContract>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;

/** The version of this table; that of the package. */
export const API_VERSION = '0.1.0';
