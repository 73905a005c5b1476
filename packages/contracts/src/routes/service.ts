import { z } from 'zod';
import { Health } from '../resources/health.ts';
import { Json } from '../resources/json.ts';
import { route } from './route.ts';

export const serviceRoutes = {
  healthz: route({
    method: 'get',
    path: '/healthz',
    tag: 'Service',
    summary: 'Says whether the process is alive',
    scope: null,
    reach: 'nothing',
    request: {},
    success: { status: 200, description: 'It is.', body: Health },
    problems: [],
  }),
  readyz: route({
    method: 'get',
    path: '/readyz',
    tag: 'Service',
    summary: 'Says whether the process can do its work: database and storage answer',
    scope: null,
    reach: 'nothing',
    request: {},
    success: { status: 200, description: 'It can.', body: Health },
    problems: ['unavailable'],
  }),
  openApi: route({
    method: 'get',
    path: '/openapi.json',
    tag: 'Service',
    summary: 'Describes this api as an OpenAPI 3.1 document',
    scope: null,
    reach: 'nothing',
    request: {},
    success: { status: 200, description: 'The document.', body: z.record(z.string(), Json), etag: true },
    problems: [],
  }),
  docs: route({
    method: 'get',
    path: '/docs',
    tag: 'Service',
    summary: 'Shows that document as a page',
    scope: null,
    reach: 'nothing',
    request: {},
    success: { status: 200, description: 'The page.', text: 'text/html; charset=utf-8' },
    problems: [],
  }),
};
