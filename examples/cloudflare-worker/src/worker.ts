import { createClient, defineJob, ProblemError } from '@orq/contracts';
import { z } from 'zod';

/** The contract that this Worker shares with the service that runs the job. */
const wordCount = defineJob({
  type: 'word_count',
  input: z.object({ text: z.string().min(1).max(10_000) }),
  output: z.object({ words: z.int() }),
});

interface Env {
  ORQ_URL: string;
  ORQ_TOKEN?: string;
}

/** `POST /` with a text: its number of words. The same text under the same Idempotency-Key is counted once. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method !== 'POST')
      return new Response('POST a text\n', { status: 405, headers: { allow: 'POST' } });
    const orq = createClient({ baseUrl: env.ORQ_URL, ...(env.ORQ_TOKEN && { token: env.ORQ_TOKEN }) });
    const idempotencyKey = request.headers.get('idempotency-key') ?? crypto.randomUUID();
    try {
      const text = await request.text();
      const job = await orq.jobs.enqueue(wordCount, { text }, {}, { idempotencyKey });
      const { words } = await job.result({ timeoutMs: 20_000, signal: request.signal });
      return Response.json({ words, job_id: job.id });
    } catch (error) {
      const status = error instanceof ProblemError ? error.status : 502;
      return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status });
    }
  },
};
