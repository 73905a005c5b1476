import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cutAnalysis, CutAnalysisResult } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { connect } from '@orq/db/client';
import { createQueue, type Queue } from '@orq/queue';
import { DiskStore } from '@orq/storage/disk';
import type { Lifetime } from '../lifetime.ts';
import { type PinnedWorker, startPinnedWorker } from './pinned-worker.ts';

export interface Analysed {
  /** From when the job was enqueued to when it had completed, in ms, by the database's clock. */
  ms: number;
  /** In how many parts it was measured; 0 where in one pass. */
  parts: number;
  /** Its shots, as JSON: the same for any number of workers. */
  shots: string;
}

const LOOK_EVERY_MS = 100;
const VIDEO_ID = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

/** An analysis of the video by workers of one slot, one on each of the cores. */
export async function analyseOn(
  cores: readonly number[],
  place: { databaseUrl: string; storageFolder: string },
  lifetime: Lifetime,
): Promise<Analysed> {
  const sql = connect(place.databaseUrl, { max: 1 });
  const queue = createQueue({ sql });
  const workers: PinnedWorker[] = [];
  try {
    for (const core of cores) workers.push(await startPinnedWorker(core, place, lifetime));
    const { id } = await queue.enqueue(cutAnalysis, { video_asset_id: VIDEO_ID });
    let job = await queue.get(id);
    for (; !job?.finished_at; job = await queue.get(id)) {
      lifetime.stopping.throwIfAborted();
      await sleep(LOOK_EVERY_MS);
    }
    if (job.status !== 'completed') throw new Error(`The analysis has ${job.status}: ${job.error}`);
    const { count: parts } = await sql`
      SELECT FROM orq.jobs WHERE job_type = 'cut_analysis_part' AND payload ->> 'analysis_job_id' = ${id}`;
    await cancelRenders(sql, queue);
    const ms = Date.parse(job.finished_at) - Date.parse(job.created_at);
    return { ms, parts, shots: JSON.stringify(CutAnalysisResult.parse(job.result).shots) };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await queue.close();
    await sql.end({ timeout: 5 });
  }
}

/** What is to be rendered of an analysis would take the workers' time from the next one. */
async function cancelRenders(sql: Sql, queue: Queue): Promise<void> {
  const open = await sql<{ id: string }[]>`SELECT id FROM orq.jobs WHERE state = 'open'`;
  await Promise.all(open.map(({ id }) => queue.cancel(id)));
}

/** Puts the video where workers find it. */
export async function storeVideo(
  file: string,
  { databaseUrl, storageFolder }: { databaseUrl: string; storageFolder: string },
): Promise<void> {
  const sql = connect(databaseUrl, { max: 1 });
  const key = `videos/${VIDEO_ID}`;
  const { bytes, sha256 } = await new DiskStore(storageFolder).put(key, createReadStream(file));
  await sql`
    INSERT INTO orq.video_assets (id, title, filename, content_type, size_bytes, sha256, storage_key)
    VALUES (${VIDEO_ID}, 'bench', 'long.mp4', 'video/mp4', ${bytes}, ${sha256}, ${key})`;
  await sql.end({ timeout: 5 });
}
