import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@orq/contracts';
import { resolveFfmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';
import { waitFor } from '@orq/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { apis, workers } from '../src/runtimes.ts';
import { addressOf, type Environment, openEnvironment } from './support/environment.ts';

let folder: string;
let video: Blob;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orq-runtimes-'));
  const file = join(folder, 'sample.mp4');
  await renderSample(file, { ffmpeg: await resolveFfmpeg() });
  video = await openAsBlob(file);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(Object.entries(workers))(
  'the worker on %s analyses a video, renders its clips, and ends at SIGTERM',
  async (_, command) => {
    await using environment = await openEnvironment();
    const { sql, s3 } = environment;
    const [api, worker] = [environment.start(apis.Node), environment.start(command)];
    await worker.waitForOutput('"worker ready"');
    const orq = createClient({ baseUrl: await addressOf(api) });

    const { job_id } = await orq.upload(video, { filename: 'sample.mp4' });
    await waitFor(async () => (await openJobs(environment)) === 0, {
      describe: () => `all jobs have ended:\n${worker.output()}`,
      timeoutMs: 100_000,
    });
    const exit = await worker.kill('SIGTERM');

    const { clips_created: clips } = z
      .object({ clips_created: z.int() })
      .parse(await orq.jobs.result(job_id));
    expect(clips).toBeGreaterThan(0);
    expect([...s3.objects.keys()].filter((key) => key.endsWith('.mp4'))).toHaveLength(clips);
    const ended = await sql<
      { job_type: string; status: string }[]
    >`SELECT job_type, status FROM orq.job_status`;
    expect(new Set(ended.map(({ job_type, status }) => `${job_type} ${status}`))).toEqual(
      new Set(['cut_analysis completed', 'render_clip completed', 'render_sheets completed']),
    );
    expect(exit).toEqual({ code: 0, signal: null });
    expect(await sql`SELECT FROM orq.workers`).toHaveLength(0);
  },
);

async function openJobs({ sql }: Environment): Promise<number> {
  const [row] = await sql<{ open: number }[]>`
    SELECT count(*)::int AS open FROM orq.job_status WHERE status NOT IN ('completed', 'failed', 'cancelled')`;
  return row?.open ?? -1;
}
