import { connect } from '@orq/db';
import { resolveFfmpeg } from '@orq/media';
import { createQueue, createWorker } from '@orq/queue';
import { DiskStore } from '@orq/storage/disk';
import { createRegistry } from '../../src/index.ts';

/** A worker process of one slot that analyses every video in parts. */
const { DATABASE_URL = '', STORAGE_FOLDER = '', PART_MS } = process.env;
const sql = connect(DATABASE_URL, { max: 6 });
const handlers = createRegistry({
  sql,
  queue: createQueue({ sql }),
  storage: new DiskStore(STORAGE_FOLDER),
  ffmpeg: await resolveFfmpeg(),
  splitting: { fromMs: 0, fromWorkers: 1, partMs: () => Number(PART_MS) },
});
const worker = createWorker({
  sql,
  handlers,
  concurrency: 1,
  leaseMs: 2_000,
  pollIntervalMs: 200,
  name: String(process.pid),
});
await worker.start();
