import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cutAnalysis } from '@orq/contracts';
import { connect, type Sql } from '@orq/db';
import { type Ffmpeg, resolveFfmpeg } from '@orq/media';
import { createQueue, createWorker, type Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { DiskStore } from '@orq/storage/disk';
import { createTestDatabase } from '@orq/testing';
import { v7 as uuidv7 } from 'uuid';
import { createRegistry } from '../src/index.ts';

export interface Studio extends AsyncDisposable {
  sql: Sql;
  queue: Queue;
  storage: ObjectStore;
  ffmpeg: Ffmpeg;
  /** A path in a folder that goes with the studio. */
  file(name: string, content?: string | Uint8Array): Promise<string>;
  /** Stores the file as an upload would, and enqueues its analysis. */
  upload(file: string): Promise<{ videoAssetId: string; jobId: string }>;
  /** Takes one job from the queue and runs it with the real registry. */
  processOne(): ReturnType<ReturnType<typeof createWorker>['processOne']>;
}

/** The registry over a database, a disk storage and an ffmpeg of its own. */
export async function openStudio(): Promise<Studio> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-handlers-'));
  const sql = connect(database.url, { max: 4 });
  const storage = new DiskStore(path.join(folder, 'storage'));
  const ffmpeg = await resolveFfmpeg();
  const queue = createQueue({ sql });
  const worker = createWorker({ sql, handlers: createRegistry({ sql, storage, ffmpeg }) });
  return {
    sql,
    queue,
    storage,
    ffmpeg,
    async file(name, content) {
      const full = path.join(folder, name);
      if (content !== undefined) await writeFile(full, content);
      return full;
    },
    async upload(file) {
      const videoAssetId = uuidv7();
      const key = `videos/${videoAssetId}`;
      const { bytes, sha256 } = await storage.put(key, createReadStream(file));
      await sql`
        INSERT INTO orq.video_assets (id, title, filename, content_type, size_bytes, sha256, storage_key)
        VALUES (${videoAssetId}, 'a test', ${path.basename(file)}, 'video/mp4', ${bytes}, ${sha256}, ${key})`;
      const { id } = await queue.enqueue(cutAnalysis, { video_asset_id: videoAssetId });
      return { videoAssetId, jobId: id };
    },
    processOne: () => worker.processOne(),
    async [Symbol.asyncDispose]() {
      await worker.stop();
      await queue.close();
      await sql.end({ timeout: 5 });
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
