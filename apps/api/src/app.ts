import type { ProcessResult } from '@orq/contracts';
import type { Database, Sql } from '@orq/db';
import type { Logger, Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { noSuchRoute } from './no-such-route.ts';
import { onError } from './on-error.ts';
import type { Api, ApiEnv } from './mount.ts';
import { requestLog } from './request-log.ts';
import { healthRoutes } from './routes/health.ts';
import { jobRoutes } from './routes/jobs.ts';
import { uploadRoutes } from './routes/upload.ts';
import { videoRoutes } from './routes/videos.ts';
import type { UploadLimits } from './upload/receive-upload.ts';

/** All that the api needs of the world around it. Every runtime's entry brings its own. */
export interface AppDeps {
  /** For transactions; drizzle must not share it. */
  sql: Sql;
  /** For reads. */
  db: Database;
  queue: Queue;
  storage: ObjectStore;
  limits: UploadLimits;
  log: Logger;
  /** What has to work for this process to be ready, by name. Each rejects with the reason when it does not. */
  checks: Record<string, () => Promise<unknown>>;
  /** Takes one job from the queue and runs it. Without it `POST /jobs/process` is not there. */
  processOne?: () => Promise<ProcessResult>;
}

/** The api of orq. It runs wherever Hono does: it uses web standards alone. */
export function createApp(deps: AppDeps): Api {
  const app = new Hono<ApiEnv>();
  app.use(requestId(), requestLog(deps.log), secureHeaders({ strictTransportSecurity: false }));
  app.use(async (c, next) => {
    await next();
    c.res.headers.set('cache-control', 'no-store');
  });
  app.onError(onError(deps.log));
  app.notFound(noSuchRoute);

  uploadRoutes(app, deps);
  jobRoutes(app, deps);
  videoRoutes(app, deps);
  healthRoutes(app, deps);
  return app;
}
