import { connect } from '@orq/db/client';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

/** `POST /jobs` as one writes it first: it parses the body, and inserts the job in a transaction of its own. */
const Job = z.object({ type: z.string().min(1).max(100), input: z.json() });

const { DATABASE_URL = '', POOL = '10' } = process.env;
const sql = connect(DATABASE_URL, { max: Number(POOL) });

const app = new Hono().post('/jobs', async (c) => {
  const job = Job.parse(await c.req.json());
  const id = uuidv7();
  await sql`
    WITH job AS (
      INSERT INTO orq.jobs (id, queue, job_type, priority, run_at, max_attempts, payload)
      VALUES (${id}, 'default', ${job.type}, 0, now(), 4, ${JSON.stringify(job.input)}::text::jsonb)
      RETURNING queue, priority, run_at, id
    )
    INSERT INTO orq.ready (queue, priority, run_at, job_id) SELECT * FROM job`;
  return c.json({ id, created: true }, 201, { location: `/jobs/${id}` });
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env['PORT']) });
