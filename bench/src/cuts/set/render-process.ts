import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { planCostVideos, planSet, renderVideo, type VideoPlan } from '@orq/cut-benchmark';
import { command } from '../../command.ts';
import type { Lifetime } from '../../lifetime.ts';
import { RenderJob } from './render-job.ts';
import { encodeArgs } from './encode-args.ts';

const STDERR_KEPT = 2_000;

/** Renders one video of the set into ffmpeg, and says over its channel how many frames are done. */
async function render(plan: VideoPlan, { ffmpeg, file }: RenderJob, lifetime: Lifetime): Promise<void> {
  const child = spawn(ffmpeg, encodeArgs(plan, file), { stdio: ['pipe', 'ignore', 'pipe'] });
  lifetime.own(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  let wrote = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (wrote = (wrote + text).slice(-STDERR_KEPT)));
  // Of an ffmpeg that ended early; what it wrote says why.
  child.stdin.on('error', () => undefined);

  let frames = 0;
  for (const frame of renderVideo(plan)) {
    if (child.exitCode !== null) break;
    // A copy: the pipe takes it when it can, and the renderer goes on with its own.
    if (!child.stdin.write(Buffer.from(frame))) await Promise.race([once(child.stdin, 'drain'), closed]);
    frames += 1;
    if (frames % 50 === 0) process.send?.({ frames });
  }
  child.stdin.end();
  await closed;
  if (child.exitCode !== 0) throw new Error(`ffmpeg could not write ${plan.name}: ${wrote.trim()}`);
  process.send?.({ frames });
}

await command(async (lifetime) => {
  const orphaned = () => void process.kill(process.pid, 'SIGTERM');
  process.on('disconnect', orphaned);
  const job = RenderJob.parse(JSON.parse(process.argv[2] ?? ''));
  const plans = job.set === 'cost' ? planCostVideos(job.seed) : planSet(job.set, job.seed);
  const plan = plans[job.index];
  if (!plan) throw new Error(`There is no video ${job.index}`);
  await render(plan, job, lifetime);
  process.off('disconnect', orphaned);
  process.disconnect?.();
});
