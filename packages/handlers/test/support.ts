import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ClipChoice, cutAnalysis, type JobResource } from '@orq/contracts';
import { connect, type Sql } from '@orq/db';
import { type Ffmpeg, resolveFfmpeg } from '@orq/media';
import { createQueue, createWorker, type Queue, type Worker, type WorkerOptions } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { DiskStore } from '@orq/storage/disk';
import { createTestDatabase, waitFor } from '@orq/testing';
import { v7 as uuidv7 } from 'uuid';
import { createRegistry, type HandlerDeps } from '../src/index.ts';

interface StudioWorkerOptions
  extends Omit<WorkerOptions, 'sql' | 'handlers'>, Partial<Pick<HandlerDeps, 'splitting' | 'ffmpeg'>> {
  /** Job types that it knows. Default: all of them. */
  types?: readonly string[];
}

export interface Studio extends AsyncDisposable {
  databaseUrl: string;
  sql: Sql;
  queue: Queue;
  storage: ObjectStore;
  storageFolder: string;
  ffmpeg: Ffmpeg;
  /** A path in a folder that goes with the studio. */
  file(name: string, content?: string | Uint8Array): Promise<string>;
  /** An ffmpeg that takes as long as the video lasts. */
  realTimeFfmpeg(): Promise<Ffmpeg>;
  /** Stores the file as an upload would, and enqueues its analysis. */
  upload(file: string, clips?: ClipChoice): Promise<{ videoAssetId: string; jobId: string }>;
  /** Takes one job from the queue and runs it with the real registry. */
  processOne(): ReturnType<Worker['processOne']>;
  /** A worker over the real registry that is stopped with the studio. */
  startWorker(options?: StudioWorkerOptions): Promise<Worker>;
  until(id: string, status: JobResource['status']): Promise<JobResource>;
  /** Runs jobs, and those that they enqueue, until none is due. */
  processAll(): Promise<void>;
  /** An empty folder that goes with the studio. */
  temporaryFolder(): Promise<string>;
  /** The keys of all that storage holds, sorted. */
  storedKeys(): Promise<string[]>;
}

export interface StudioOptions {
  /** Called before each object is stored. */
  beforePut?: (key: string, sql: Sql) => Promise<unknown>;
  /** In place of the disk. */
  storage?: ObjectStore;
}

/** The registry over a database, a disk storage and an ffmpeg of its own. */
export async function openStudio({ beforePut, storage: given }: StudioOptions = {}): Promise<Studio> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-handlers-'));
  const storageFolder = path.join(folder, 'storage');
  const sql = connect(database.url, { max: 8 });
  class Store extends DiskStore {
    override async put(...call: Parameters<DiskStore['put']>) {
      await beforePut?.(call[0], sql);
      return super.put(...call);
    }
  }
  const storage = given ?? new Store(storageFolder);
  const ffmpeg = await resolveFfmpeg();
  const queue = createQueue({ sql });
  const workers: Worker[] = [];

  function worker({
    splitting,
    types,
    ffmpeg: other = ffmpeg,
    ...options
  }: StudioWorkerOptions = {}): Worker {
    const deps = { sql, queue, storage, ffmpeg: other, ...(splitting && { splitting }) };
    const handlers = createRegistry(deps).filter(({ type }) => types?.includes(type) ?? true);
    const made = createWorker({ sql, handlers, ...options });
    workers.push(made);
    return made;
  }
  const single = worker();

  const file = async (name: string, content?: string | Uint8Array) => {
    const full = path.join(folder, name);
    if (content !== undefined) await writeFile(full, content);
    return full;
  };

  return {
    databaseUrl: database.url,
    sql,
    queue,
    storage,
    storageFolder,
    ffmpeg,
    file,
    async realTimeFfmpeg() {
      const script = await file('real-time-ffmpeg', `#!/bin/sh\nexec "${ffmpeg.ffmpeg}" -re "$@"\n`);
      await chmod(script, 0o755);
      return { ...ffmpeg, ffmpeg: script };
    },
    async upload(source, clips) {
      const videoAssetId = uuidv7();
      const key = `videos/${videoAssetId}`;
      const { bytes, sha256 } = await storage.put(key, createReadStream(source));
      await sql`
        INSERT INTO orq.video_assets (id, title, filename, content_type, size_bytes, sha256, storage_key)
        VALUES (${videoAssetId}, 'a test', ${path.basename(source)}, 'video/mp4', ${bytes}, ${sha256}, ${key})`;
      const { id } = await queue.enqueue(cutAnalysis, { video_asset_id: videoAssetId, clips });
      return { videoAssetId, jobId: id };
    },
    processOne: () => single.processOne(),
    async processAll() {
      while ((await single.processOne()).processed);
    },
    temporaryFolder: () => mkdtemp(path.join(folder, 'temporary-')),
    async storedKeys() {
      const keys = [];
      for await (const { key } of storage.list()) keys.push(key);
      return keys.toSorted();
    },
    async startWorker(options) {
      const started = worker(options);
      await started.start();
      return started;
    },
    async until(id, status) {
      let job: JobResource | null = null;
      await waitFor(async () => (job = await queue.get(id))?.status === status, {
        timeoutMs: 60_000,
        describe: () => `the job is ${status}: ${JSON.stringify(job)}`,
      });
      if (!job) throw new Error(`there is no job ${id}`);
      return job;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((one) => one.stop({ drainMs: 0 })));
      await queue.close();
      await sql.end({ timeout: 5 });
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
