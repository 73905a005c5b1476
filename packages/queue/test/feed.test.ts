import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { createQueue, type FeedNews } from '../src/index.ts';
import { lookAtFeed, NEWEST_JOBS } from '../src/sql/feed-look.ts';
import { feedPositionAt } from '../src/events/feed-position.ts';
import { claimUnheard, dieWithJobs } from './support/dead-worker.ts';
import { completeJobs } from '../src/sql/complete.ts';
import { reportProgress } from '../src/sql/progress.ts';
import { openExplaining } from './support/explaining.ts';
import { echo, openTestQueue, type TestQueue } from './support/test-queue.ts';

const texts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: String(n) }));

/** Follows from a position on, until it has been told enough. */
async function take(
  t: TestQueue,
  after: string | undefined,
  enough: (news: FeedNews) => boolean,
  queue?: string,
) {
  const over = new AbortController();
  const taken: FeedNews[] = [];
  for await (const news of await t.queue.events({
    signal: over.signal,
    queue,
    ...(after !== undefined && { after }),
  })) {
    taken.push(news);
    if (enough(news)) break;
  }
  over.abort();
  return taken;
}

const begin = async (t: TestQueue) => (await take(t, undefined, () => true))[0]?.id;
const told = (news: readonly FeedNews[]) =>
  news.flatMap((one) => (one.kind === 'change' ? [`${one.change.job_id} ${one.change.status}`] : []));

describe('the feed of all jobs', () => {
  test('tells each change once, to who is cut off after each of them, too', async () => {
    await using t = await openTestQueue();
    let position = await begin(t);
    const ids = await t.queue.enqueueMany(echo, texts(4));
    const all: FeedNews[] = [];
    const next = async () => {
      const news = await take(t, position, () => true);
      all.push(...news);
      position = news.at(-1)?.id;
    };

    await next();
    await next();
    // Now the first two have been told of, and the others have not, when all of them change.
    const { workerId, jobs } = await dieWithJobs(t.sql);
    if (jobs[0]) await reportProgress(t.sql, jobs[0], 0.5);
    for (let n = 0; n < 3; n += 1) await next();
    await completeJobs(
      t.sql,
      workerId,
      jobs.map((job) => ({ job, result: '{}' })),
    );
    const { id: last } = await t.queue.enqueue(echo, { text: 'last' });
    all.push(...(await take(t, position, (one) => one.kind === 'change' && one.change.job_id === last)));

    const lines = told(all);
    expect(new Set(lines).size).toBe(lines.length);
    for (const id of ids) {
      const statuses = lines.filter((line) => line.startsWith(id)).map((line) => line.slice(id.length + 1));
      expect(statuses.at(-1)).toBe('completed');
      expect([
        'pending processing completed',
        'processing completed',
        'pending completed',
        'completed',
      ]).toContain(statuses.join(' '));
    }
    expect(lines.filter((line) => line.endsWith('pending'))).toHaveLength(3);
  });

  test('tells what commits late, and nothing of other queues', async () => {
    await using t = await openTestQueue();
    const begun = await begin(t);
    const late = await t.sql.begin(async (tx) => {
      const { id } = await t.queue.enqueue(echo, { text: 'late' }, { tx, queue: 'mine' });
      await t.queue.enqueue(echo, { text: 'other' });
      const { id: early } = await t.queue.enqueue(echo, { text: 'early' }, { queue: 'mine' });
      const news = await take(t, begun, ({ kind }) => kind === 'change', 'mine');
      expect(told(news)).toEqual([`${early} pending`]);
      return { id, after: news.at(-1)?.id };
    });

    const news = await take(t, late.after, ({ kind }) => kind === 'change', 'mine');

    expect(told(news)).toEqual([`${late.id} pending`]);
  });

  test('tells how a job ends that runs, and is none of the newest, and where it could not see all', async () => {
    await using t = await openTestQueue();
    const [old = ''] = await t.queue.enqueueMany(echo, texts(1));
    const { workerId, jobs } = await dieWithJobs(t.sql);
    await t.queue.enqueueMany(echo, texts(NEWEST_JOBS));
    const [here] = await t.sql<{ since: string }[]>`SELECT pg_current_snapshot()::text AS since`;
    const position = feedPositionAt(here?.since ?? '', old);
    const [before] = await lookAtFeed(t.sql, [{ position, held: [], filter: {} }]);

    await completeJobs(
      t.sql,
      workerId,
      jobs.map((job) => ({ job, result: '{}' })),
    );
    await claimUnheard(t.sql, workerId, 1);
    const { since = '', newest = '', held = [] } = before ?? {};
    const [after] = await lookAtFeed(t.sql, [{ position: feedPositionAt(since, newest), held, filter: {} }]);

    expect(before).toMatchObject({ gap: true, held: [old], changes: [] });
    expect(after).toMatchObject({ gap: false });
    expect(after?.changes.map(({ job_id, status }) => [job_id === old, status])).toEqual([
      [true, 'completed'],
      [false, 'processing'],
    ]);
  });

  test('is looked at by one statement for all who follow it, whatever they want of it', async () => {
    await using t = await openTestQueue();
    const position = await begin(t);
    await using explaining = openExplaining(t.url);
    const queue = createQueue({ sql: explaining.sql });
    const looks = () =>
      explaining.plans().filter(({ query }) => query.includes('pg_visible_in_snapshot')).length;
    const followers = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const over = new AbortController();
        const name = [undefined, 'mine', 'other'][n % 3];
        const after = n % 2 === 0 && position !== undefined ? { after: position } : {};
        const news = await queue.events({ signal: over.signal, queue: name, ...after });
        return { name, over, news, told: [] as string[] };
      }),
    );
    for (const { told: lines, news } of followers) {
      const follow = async () => {
        for await (const one of news) lines.push(...told([one]));
      };
      follow().catch(() => undefined);
    }
    const enqueueTwo = async () => {
      for (const name of ['mine', 'other']) await t.queue.enqueue(echo, { text: 'hello' }, { queue: name });
    };
    const areTold = (times: number) =>
      waitFor(() => followers.every(({ name, told: lines }) => lines.length === times * (name ? 1 : 2)), {
        describe: () => JSON.stringify(followers.map(({ told: lines }) => lines.length)),
      });

    await enqueueTwo();
    await areTold(1);
    const before = looks();
    await enqueueTwo();
    await areTold(2);
    for (const { over } of followers) over.abort();

    // Each by themselves would have looked once more at least.
    expect(looks() - before).toBeLessThan(followers.length);
    for (const { told: lines } of followers) expect(new Set(lines).size).toBe(lines.length);
  });

  test.each(['x', '|', '|1:2', '|5:3:', '|1:99999999999:', `|1:2:|1:2:`, `no|1:2:`])(
    'refuses to go on after %s',
    async (after) => {
      await using t = await openTestQueue();

      await expect(t.queue.events({ after, signal: AbortSignal.abort() })).rejects.toMatchObject({
        issues: [{ path: ['after'] }],
      });
    },
  );
});
