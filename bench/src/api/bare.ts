import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** What Hono does by itself: the limit of all that is built on it. */
const app = new Hono().post('/jobs', (c) => c.text('OK'));

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env['PORT']) });
