import { CutAnalysisResult } from '@orq/contracts';
import { spawnProcess, waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { healthUrl, main, openFloor } from './support.ts';

describe('a worker process', () => {
  test('cuts a real video, and every line of the job carries its id, type and attempt', async () => {
    await using floor = await openFloor();
    const worker = await floor.startWorker();

    const { jobId } = await floor.enqueueVideo();
    const job = await floor.until(jobId, 'completed');
    await worker.waitForOutput('job completed');

    expect(CutAnalysisResult.parse(job.result).clips_created).toBeGreaterThanOrEqual(3);
    const lines = worker
      .output()
      .split('\n')
      .filter((line) => line.includes(jobId));
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ job_id: jobId, job_type: 'cut_analysis', attempt: 1 });
    }
  });

  test('killed with SIGKILL mid-job leaves the job to another, which finishes it', async () => {
    await using floor = await openFloor();
    const first = await floor.startWorker({ WORKER_LEASE: '1', ...(await floor.decodesInRealTime()) });
    const { jobId, videoAssetId } = await floor.enqueueVideo();
    await waitFor(async () => ((await floor.queue.get(jobId))?.progress ?? 0) > 0, {
      describe: () => `the first worker to be in the middle of the video:\n${first.output()}`,
    });

    await first.kill('SIGKILL');
    const second = await floor.startWorker({ WORKER_LEASE: '1' });
    const job = await floor.until(jobId, 'completed');

    expect(job.attempt).toBe(2);
    expect(second.output()).toContain('took a job back from a worker that was lost');
    const attempts = await floor.sql`SELECT attempt, outcome FROM orq.job_attempts WHERE job_id = ${jobId}`;
    expect([...attempts]).toEqual([{ attempt: 1, outcome: 'lost' }]);
    const clips = await floor.sql`SELECT FROM orq.clips WHERE video_asset_id = ${videoAssetId}`;
    expect(clips).toHaveLength(CutAnalysisResult.parse(job.result).clips_created);
  });

  test('told to end by SIGTERM hands an unfinished job back, no attempt spent, and exits with 0', async () => {
    await using floor = await openFloor();
    const slowly = await floor.decodesInRealTime();
    const worker = await floor.startWorker({ WORKER_DRAIN_TIMEOUT: '0', ...slowly });
    const { jobId } = await floor.enqueueVideo();
    await floor.until(jobId, 'processing');

    const exit = await worker.kill('SIGTERM');

    expect(exit).toEqual({ code: 0, signal: null });
    expect(await floor.queue.get(jobId)).toMatchObject({ status: 'pending', attempt: 0 });
    expect(await floor.sql`SELECT FROM orq.workers`).toHaveLength(0);
    expect(await floor.sql`SELECT FROM orq.claims`).toHaveLength(0);
  });

  test('goes on after errors that its handlers let loose', async () => {
    await using floor = await openFloor();
    const worker = spawnProcess(new URL('./processes/stray-errors.ts', import.meta.url), {
      env: { DATABASE_URL: floor.databaseUrl },
    });

    const exit = await worker.exited;

    expect(worker.output()).toContain('all three completed');
    expect(worker.output()).toContain('thrown in a timer');
    expect(worker.output()).toContain('rejected unseen');
    expect(exit.code).toBe(0);
  });
});

describe('the health endpoint', () => {
  test('is green while the worker is well, and red once the database is gone', async () => {
    await using floor = await openFloor();
    const worker = await floor.startWorker({ WORKER_LEASE: '1' });
    const well = await fetch(healthUrl(worker));
    expect([well.status, await well.json()]).toEqual([
      200,
      { status: 'ok', checks: { loop: 'ok', database: 'ok', slots: 'ok' } },
    ]);

    await floor.sql.end({ timeout: 5 });
    await floor.dropDatabase();

    await waitFor(async () => (await fetch(healthUrl(worker))).status === 503, {
      describe: () => `the health endpoint to be red:\n${worker.output()}`,
    });
  });
});

describe('a worker that cannot start', () => {
  test('names each setting that is wrong, a line each, and nothing else', async () => {
    const worker = spawnProcess(main, { env: { DATABASE_URL: '', WORKER_LEASE: 'long', LOG_LEVEL: 'info' } });

    const exit = await worker.exited;

    expect(exit.code).toBe(1);
    expect(worker.output().trim().split('\n')).toEqual([
      'DATABASE_URL is not set: it takes a URL such as postgres://user:password@host:5432/name',
    ]);
  });

  test('says how to migrate a database that has no schema', async () => {
    await using floor = await openFloor();
    await floor.sql`DROP SCHEMA orq CASCADE`;
    const worker = spawnProcess(main, { env: { DATABASE_URL: floor.databaseUrl } });

    const exit = await worker.exited;

    expect(exit.code).toBe(1);
    expect(worker.output()).toMatch(/no orq schema yet: run `pnpm --filter @orq\/db migrate`/);
  });
});
