import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import type { AppDeps } from './deps.ts';
import { noSuchRoute } from './no-such-route.ts';
import { onError } from './on-error.ts';
import type { Api, ApiEnv } from './mount.ts';
import { requestLog } from './request-log.ts';
import { clipRoutes } from './routes/clips.ts';
import { healthRoutes } from './routes/health.ts';
import { jobRoutes } from './routes/jobs.ts';
import { uploadRoutes } from './routes/upload.ts';
import { videoRoutes } from './routes/videos.ts';

/** The api of orq. It runs wherever Hono does: it uses web standards alone. */
export function createApp(deps: AppDeps): Api {
  const app = new Hono<ApiEnv>();
  app.use(requestId(), requestLog(deps.log), secureHeaders({ strictTransportSecurity: false }));
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  app.onError(onError(deps.log));
  app.notFound(noSuchRoute);

  uploadRoutes(app, deps);
  jobRoutes(app, deps);
  videoRoutes(app, deps);
  clipRoutes(app, deps);
  healthRoutes(app, deps);
  return app;
}
