import { createClient, defineJob } from '@orq/contracts';
import { z } from 'zod';

/** What a client project does: it runs on each runtime, and prints what it came to. */
const wordCount = defineJob({
  type: 'word_count',
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.int() }),
});

const { ORQ_URL = '', ORQ_TOKEN = '' } = process.env;
const orq = createClient({ baseUrl: ORQ_URL, token: ORQ_TOKEN });

const [first, ...others] = await orq.jobs.enqueueMany(
  wordCount,
  ['one', 'one two', 'one two three'].map((text) => ({ text })),
  { tags: ['client'] },
);
const statuses = [];
for await (const event of orq.jobs.events(first?.id ?? ''))
  if (event.type === 'status') statuses.push(event.status);
const words = await Promise.all(others.map(async (job) => (await job.result({ timeoutMs: 30_000 })).words));
const listed = [];
for await (const { id } of orq.jobs.list({ tag: 'client' }, { limit: 2 })) listed.push(id);

let sent = 0;
await orq.upload(new Blob(['no video']), { onProgress: (progress) => (sent = progress.sent) });
const later = await orq.jobs.enqueue(wordCount, { text: 'later' }, { runAt: new Date(2e12) });
const { outcome } = await later.cancel();

console.log(JSON.stringify({ last: statuses.at(-1), words, listed: listed.length, sent, outcome }));
