import { waitFor } from '@orq/testing';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { createQueue } from '../src/index.ts';
import { createDoorbell, DOORBELL_CHANNEL } from '../src/doorbell.ts';
import { echo, openTestQueue } from './support/test-queue.ts';

/** A client that notes its statements, and what is heard of it. */
async function openNoted(url: string) {
  const statements: string[] = [];
  const heard: string[] = [];
  const sql = postgres(url, { fetch_types: false, debug: (_, statement) => void statements.push(statement) });
  const ear = postgres(url, { max: 1, fetch_types: false });
  await ear.listen(DOORBELL_CHANNEL, (queue) => void heard.push(queue));
  const close = () => Promise.all([sql.end(), ear.end()]);
  return { sql, statements, heard, [Symbol.asyncDispose]: async () => void (await close()) };
}

test('a lone job and its ring are one statement', async () => {
  await using t = await openTestQueue();
  await using noted = await openNoted(t.url);
  const queue = createQueue({ sql: noted.sql });

  await queue.enqueue(echo, { text: 'hello' }, { queue: 'mail' });

  expect(noted.statements).toHaveLength(1);
  await waitFor(() => noted.heard.length > 0, { describe: 'the ring is heard' });
  expect(noted.heard).toEqual(['mail']);
});

test('a lone job that is not due yet rings for nobody', async () => {
  await using t = await openTestQueue();
  await using noted = await openNoted(t.url);
  const queue = createQueue({ sql: noted.sql });

  await queue.enqueue(echo, { text: 'later' }, { runAt: new Date(Date.now() + 3_600_000), queue: 'later' });
  await queue.enqueue(echo, { text: 'now' }, { queue: 'now' });

  await waitFor(() => noted.heard.length > 0, { describe: 'the ring is heard' });
  expect(noted.heard).toEqual(['now']);
});

test('while one ring is part of a commit, another comes after its own: none waits for the disk of another', async () => {
  await using t = await openTestQueue();
  const doorbell = createDoorbell(t.sql);
  let endFirst = (): void => undefined;
  const held = new Promise<void>((resolve) => (endFirst = resolve));
  const given: boolean[] = [];
  const ride = () =>
    doorbell.ringWith(async (rings) => {
      given.push(rings);
      if (given.length === 1) await held;
    });

  const first = ride();
  await ride();
  endFirst();
  await first;

  expect(given).toEqual([true, false]);
});
