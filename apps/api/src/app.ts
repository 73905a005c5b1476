import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { createAdmission } from './access/admission.ts';
import { createReachCheck } from './access/reach.ts';
import type { AppDeps } from './deps.ts';
import { noSuchRoute } from './no-such-route.ts';
import { onError } from './on-error.ts';
import type { Api, ApiEnv, AppScope } from './api-env.ts';
import { requestLog } from './request-log.ts';
import { clipRoutes } from './routes/clips.ts';
import { docsRoutes } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { jobOperationRoutes } from './routes/job-operations.ts';
import { jobRoutes } from './routes/jobs.ts';
import { queueRoutes } from './routes/queues.ts';
import { TUS_ANSWER_HEADERS, TUS_REQUEST_HEADERS, tusRoutes } from './routes/tus.ts';
import { uploadRoutes } from './routes/upload.ts';
import { directUploadRoutes } from './routes/uploads.ts';
import { videoRoutes } from './routes/videos.ts';
import { standardHeaders } from './standard-headers.ts';
import { createStreamPlaces } from './stream-places.ts';

/** Streams of events that a process holds open, if nothing else is said. */
const MAX_STREAMS = 1_000;

/** Lets pages of other origins call, and read what a client needs of the answer. */
const crossOrigin = (origins: readonly string[]) =>
  cors({
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'last-event-id',
      ...TUS_REQUEST_HEADERS,
    ],
    exposeHeaders: ['location', 'retry-after', 'www-authenticate', 'x-request-id', ...TUS_ANSWER_HEADERS],
    maxAge: 3_600,
  });

/** The api of orq. It runs wherever Hono does: it uses web standards alone. */
export function createApp(deps: AppDeps): Api {
  const app = new Hono<ApiEnv>();
  const scope: AppScope = {
    stopping: deps.stopping,
    streams: createStreamPlaces(deps.maxStreams ?? MAX_STREAMS),
    log: deps.log,
    admission: createAdmission(deps),
    reach: createReachCheck(deps.db),
  };
  app.use(standardHeaders, requestLog(deps.log));
  app.use((c, next) => {
    c.set('app', scope);
    return next();
  });
  if (deps.corsOrigins && deps.corsOrigins.length > 0) app.use(crossOrigin(deps.corsOrigins));
  app.onError(onError(deps.log));
  app.notFound(noSuchRoute);

  uploadRoutes(app, deps);
  tusRoutes(app, deps);
  directUploadRoutes(app, deps);
  jobRoutes(app, deps);
  jobOperationRoutes(app, deps);
  queueRoutes(app, deps);
  videoRoutes(app, deps);
  clipRoutes(app, deps);
  healthRoutes(app, deps);
  docsRoutes(app);
  return app;
}
