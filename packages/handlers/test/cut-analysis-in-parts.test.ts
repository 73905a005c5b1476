import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CutAnalysisResult } from '@orq/contracts';
import { type Ffmpeg, resolveFfmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';
import { spawnProcess, waitFor, WITHIN_A_SECOND } from '@orq/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openStudio, type Studio } from './support.ts';

/** For a machine that has other things to do: decoding takes what it takes. */
const PATIENCE_MS = 60_000;
/** Renders run ffmpeg, too, and begin as the analysis ends. */
const ANALYSIS = ['cut_analysis', 'cut_analysis_part'];
vi.setConfig({ testTimeout: 2 * PATIENCE_MS, hookTimeout: 2 * PATIENCE_MS });

/** Parts as small as they can be: at a seam, measuring looks some 6 s around. */
const splitting = { fromMs: 0, fromWorkers: 1, partMs: () => 5_000 };

let folder: string;
/** Its shots begin at the seams, next to them, and in between. */
let video: string;
/** What is found in it in one go. */
let expected: Findings;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'orq-parts-'));
  video = path.join(folder, 'video.mp4');
  const ffmpeg = await resolveFfmpeg();
  const shotsMs = [2000, 1600, 2400, 4000, 1960, 2840, 3200, 3000, 3000];
  await renderSample(video, { ffmpeg, shotsMs });
  await using studio = await openStudio();
  expected = await findingsInOneGo(studio, video);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface PartRow {
  id: string;
  state: string;
  attempt: number;
  result: string | null;
}

const partsOf = (studio: Studio) => studio.sql<PartRow[]>`
  SELECT id, state, attempt, result::text AS result FROM orq.jobs WHERE job_type = 'cut_analysis_part' ORDER BY id`;

type Findings = ReturnType<typeof findings>;

/** What an analysis has found, without the ids that it has made for it. */
function findings(result: unknown) {
  const { variants, ...others } = CutAnalysisResult.parse(result);
  return { ...others, variants: variants.map(({ clip_id: _id, ...variant }) => variant) };
}

async function findingsInOneGo(studio: Studio, file: string): Promise<Findings> {
  await studio.upload(file);
  const job = await studio.processOne();
  return findings(job.processed && job.result);
}

async function storedParts(studio: Studio): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of studio.storage.list('analysis/')) keys.push(key);
  return keys;
}

/** Without the note that the analysis is done in parts. */
const measuredParts = async (studio: Studio) =>
  (await storedParts(studio)).filter((key) => !key.endsWith('/split'));

/** How many ffmpegs decode a file of the studio. */
async function ffmpegsOf(studio: Studio): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(studio.storageFolder) && line.includes('rawvideo')).length;
}

/** Notes how a client sees a job until it has ended. */
async function watch(studio: Studio, id: string) {
  const statuses = new Set<string>();
  const progress: number[] = [];
  await waitFor(
    async () => {
      const job = await studio.queue.get(id);
      if (job) statuses.add(job.status);
      if (job?.status === 'processing') progress.push(job.progress ?? 0);
      return job?.status === 'completed' || job?.status === 'failed';
    },
    { timeoutMs: PATIENCE_MS, describe: () => `the analysis has ended: ${[...statuses].join()}` },
  );
  return { statuses: [...statuses], progress };
}

describe('a video that is analysed in parts', () => {
  test('gives what it gives in one go, also by a single slot', async () => {
    await using studio = await openStudio();
    const { jobId } = await studio.upload(video);

    await studio.startWorker({ splitting, concurrency: 1 });
    const { statuses, progress } = await watch(studio, jobId);

    const job = await studio.queue.get(jobId);
    expect(findings(job?.result)).toEqual(expected);
    expect(expected.shots).toHaveLength(9);
    const parts = await partsOf(studio);
    expect(parts.length).toBeGreaterThanOrEqual(3);
    expect(parts.every(({ state, attempt }) => state === 'completed' && attempt === 1)).toBe(true);
    expect(statuses.filter((status) => status !== 'pending')).toEqual(['processing', 'completed']);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await storedParts(studio)).toEqual([]);
  });

  test('is decoded in one pass by a worker that is alone', async () => {
    await using studio = await openStudio();
    const { jobId } = await studio.upload(video);

    await studio.startWorker({ splitting: { ...splitting, fromWorkers: 2 }, concurrency: 2 });

    const job = await studio.until(jobId, 'completed');
    expect(findings(job.result)).toEqual(expected);
    expect(await partsOf(studio)).toEqual([]);
  });

  test('and is damaged, gives what it gives in one go', async () => {
    await using studio = await openStudio();
    const damaged = await studio.file('damaged.mp4', await readFile(video));
    const file = await open(damaged, 'r+');
    const { size } = await file.stat();
    await file.write(new Uint8Array(Math.round(size * 0.2)), 0, undefined, Math.round(size * 0.5));
    await file.close();
    const found = await findingsInOneGo(studio, damaged);
    const { jobId } = await studio.upload(damaged);

    await studio.startWorker({ splitting, concurrency: 2, types: ANALYSIS });

    const job = await studio.until(jobId, 'completed');
    expect(findings(job.result)).toEqual(found);
    const results = (await partsOf(studio)).map(({ result }) => result);
    expect(results).toContain('{"intact": false}');
    expect(await ffmpegsOf(studio)).toBe(0);
    expect(await storedParts(studio)).toEqual([]);
  });

  test('fails at once with the reason of a part that cannot be read', async () => {
    await using studio = await openStudio();
    const ffmpeg = await studio.realTimeFfmpeg();
    const { jobId, videoAssetId } = await studio.upload(video);
    await studio.startWorker({ splitting, ffmpeg, concurrency: 1 });
    await waitFor(async () => (await ffmpegsOf(studio)) > 0, {
      timeoutMs: PATIENCE_MS,
      describe: 'the first part begins',
    });

    await studio.storage.delete(`videos/${videoAssetId}`);
    await studio.startWorker({ splitting, concurrency: 1 });
    const job = await studio.until(jobId, 'failed');

    expect(job).toMatchObject({ attempt: 1, error: expect.stringContaining('upload the video again') });
    const parts = await partsOf(studio);
    const states = parts.map(({ state }) => state);
    expect(states).toContain('failed');
    expect(states).not.toContain('open');
    expect(await ffmpegsOf(studio)).toBe(0);
    expect(await storedParts(studio)).toEqual([]);
  });

  test(
    'ends everywhere within a second when it is cancelled, and leaves nothing',
    WITHIN_A_SECOND,
    async () => {
      await using studio = await openStudio();
      const ffmpeg = await studio.realTimeFfmpeg();
      const { jobId } = await studio.upload(video);
      await studio.startWorker({ splitting, ffmpeg, concurrency: 2 });
      await waitFor(async () => (await ffmpegsOf(studio)) === 2, {
        timeoutMs: PATIENCE_MS,
        describe: 'parts are under way',
      });
      await studio.startWorker({ splitting, concurrency: 1 });
      await waitFor(async () => (await measuredParts(studio)).length > 0, {
        timeoutMs: PATIENCE_MS,
        describe: 'another is done',
      });

      const askedAt = performance.now();
      await studio.queue.cancel(jobId);
      await waitFor(async () => (await ffmpegsOf(studio)) === 0, { describe: 'no ffmpeg is left' });

      expect(performance.now() - askedAt).toBeLessThan(1_000);
      await studio.until(jobId, 'cancelled');
      expect(await storedParts(studio)).toEqual([]);
      const states = new Set((await partsOf(studio)).map(({ state }) => state));
      expect([...states].toSorted()).toEqual(['cancelled', 'completed']);
    },
  );

  test(
    'ends within a second also when nobody runs it as it is cancelled, but its parts',
    WITHIN_A_SECOND,
    async () => {
      await using studio = await openStudio();
      const ffmpeg = await studio.realTimeFfmpeg();
      const { jobId } = await studio.upload(video);
      const parent = await studio.startWorker({ splitting, types: ['cut_analysis'] });
      await studio.startWorker({ splitting, ffmpeg, types: ['cut_analysis_part'], concurrency: 2 });
      await waitFor(async () => (await ffmpegsOf(studio)) === 2, {
        timeoutMs: PATIENCE_MS,
        describe: 'parts are under way',
      });
      await parent.stop();
      expect(await studio.queue.get(jobId)).toMatchObject({ status: 'pending', attempt: 0 });

      const askedAt = performance.now();
      expect(await studio.queue.cancel(jobId)).toBe('cancelled');
      await waitFor(async () => (await ffmpegsOf(studio)) === 0, { describe: 'no ffmpeg is left' });

      expect(performance.now() - askedAt).toBeLessThan(1_000);
      await waitFor(async () => (await partsOf(studio)).every(({ state }) => state === 'cancelled'), {
        describe: 'its parts are cancelled',
      });
      expect(await storedParts(studio)).toEqual([]);
    },
  );

  test('goes on where it was when the worker process that runs it, and a part, is killed', async () => {
    await using studio = await openStudio();
    const slow = await studio.realTimeFfmpeg();
    const { jobId } = await studio.upload(video);
    const start = (ffmpeg: Ffmpeg) =>
      spawnProcess(new URL('./processes/splitting-worker.ts', import.meta.url), {
        env: {
          DATABASE_URL: studio.databaseUrl,
          STORAGE_FOLDER: studio.storageFolder,
          FFMPEG_PATH: ffmpeg.ffmpeg,
          PART_MS: String(splitting.partMs()),
        },
      });
    const victim = start(slow);
    await waitFor(async () => (await ffmpegsOf(studio)) === 1, {
      timeoutMs: PATIENCE_MS,
      describe: () => `it is in the middle of a part:\n${victim.output()}`,
    });
    const survivor = start(studio.ffmpeg);
    try {
      await waitFor(async () => (await measuredParts(studio)).length > 0, {
        timeoutMs: PATIENCE_MS,
        describe: () => `the other has done a part:\n${survivor.output()}`,
      });
      await victim.kill('SIGKILL');
      const before = await partsOf(studio);

      const job = await studio.until(jobId, 'completed');

      expect(job.attempt).toBe(2);
      expect(findings(job.result)).toEqual(expected);
      const after = await partsOf(studio);
      const done = before.filter(({ state }) => state === 'completed');
      expect(after).toEqual(expect.arrayContaining(done));
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      expect(after.length).toBeGreaterThan(done.length);
      expect(await storedParts(studio)).toEqual([]);
    } finally {
      await Promise.all([victim.kill('SIGKILL'), survivor.kill('SIGKILL')]);
    }
  });
});
