import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cutAnalysis, type JobResource } from '@orq/contracts';
import { connect, type Sql } from '@orq/db';
import { resolveFfmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';
import { createQueue, type Queue } from '@orq/queue';
import { DiskStore } from '@orq/storage/disk';
import { createTestDatabase, type SpawnedProcess, spawnProcess, waitFor } from '@orq/testing';

export const main = new URL('../src/main.ts', import.meta.url);

export interface Floor extends AsyncDisposable {
  databaseUrl: string;
  sql: Sql;
  queue: Queue;
  /** Starts a real worker process, and waits until it says that it is ready. */
  startWorker(env?: Record<string, string>): Promise<SpawnedProcess>;
  /** A setting by which decoding takes as long as the video lasts. */
  decodesInRealTime(): Promise<{ FFMPEG_PATH: string }>;
  /** Stores a video of 12 s, and enqueues its analysis. */
  enqueueVideo(): Promise<{ videoAssetId: string; jobId: string }>;
  until(id: string, status: JobResource['status'], timeoutMs?: number): Promise<JobResource>;
  /** Takes the database away from under whoever uses it. */
  dropDatabase(): Promise<void>;
}

/** A database and a storage for real worker processes, and what a client needs beside them. */
export async function openFloor(): Promise<Floor> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-worker-'));
  const storageFolder = path.join(folder, 'storage');
  const storage = new DiskStore(storageFolder);
  const sql = connect(database.url, { max: 3 });
  const queue = createQueue({ sql });
  const workers: SpawnedProcess[] = [];

  return {
    databaseUrl: database.url,
    sql,
    queue,
    async startWorker(env = {}) {
      const worker = spawnProcess(main, {
        env: {
          DATABASE_URL: database.url,
          STORAGE_URL: pathToFileURL(storageFolder).href,
          WORKER_HEALTH_PORT: '0',
          WORKER_POLL_INTERVAL: '0.2',
          ...env,
        },
      });
      workers.push(worker);
      await worker.waitForOutput('worker ready');
      return worker;
    },
    async decodesInRealTime() {
      const script = path.join(folder, 'real-time-ffmpeg');
      const { ffmpeg } = await resolveFfmpeg();
      await writeFile(script, `#!/bin/sh\nexec "${ffmpeg}" -re "$@"\n`, { mode: 0o755 });
      return { FFMPEG_PATH: script };
    },
    async enqueueVideo() {
      const file = path.join(folder, 'sample.mp4');
      await renderSample(file, { ffmpeg: await resolveFfmpeg() });
      const videoAssetId = crypto.randomUUID();
      const key = `videos/${videoAssetId}`;
      const { bytes, sha256 } = await storage.put(key, createReadStream(file));
      await sql`
        INSERT INTO orq.video_assets (id, title, filename, content_type, size_bytes, sha256, storage_key)
        VALUES (${videoAssetId}, 'a test', 'sample.mp4', 'video/mp4', ${bytes}, ${sha256}, ${key})`;
      const { id } = await queue.enqueue(cutAnalysis, { video_asset_id: videoAssetId });
      return { videoAssetId, jobId: id };
    },
    async until(id, status, timeoutMs = 30_000) {
      let job: JobResource | null = null;
      await waitFor(async () => (job = await queue.get(id))?.status === status, {
        timeoutMs,
        describe: () =>
          `job to be ${status}: ${JSON.stringify(job)}\n${workers.map((w) => w.output()).join('\n')}`,
      });
      if (!job) throw new Error(`there is no job ${id}`);
      return job;
    },
    dropDatabase: database.drop,
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
      await queue.close();
      await sql.end({ timeout: 5 });
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Where a worker said that its health endpoint listens. */
export function healthUrl(worker: SpawnedProcess): string {
  const url = /"url":"([^"]+\/healthz)"/.exec(worker.output())?.[1];
  if (!url) throw new Error(`no health endpoint in:\n${worker.output()}`);
  return url;
}
