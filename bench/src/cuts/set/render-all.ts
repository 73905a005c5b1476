import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { totalFrames, type VideoPlan } from '@orq/cut-benchmark';
import type { Lifetime } from '../../lifetime.ts';
import { missingEncoders } from './encoders.ts';
import { type RenderJob, RenderProgress } from './render-job.ts';

export interface RenderDeps {
  ffmpeg: string;
  lifetime: Lifetime;
  /** Told how many of how many frames are rendered. */
  onProgress(done: number, of: number): void;
  say(...lines: string[]): void;
}

const processFile = fileURLToPath(new URL('./render-process.js', import.meta.url));

/**
 * Renders videos into a folder, as many at a time as there are cores. Those that are there are kept, so that an
 * interrupted run goes on where it was.
 *
 * @returns the plans of those that are there: all but those that this ffmpeg has no encoder for
 * @throws {Error} when ffmpeg fails, and once it is interrupted
 */
export async function renderAll(
  plans: readonly VideoPlan[],
  { set, seed }: Pick<RenderJob, 'set' | 'seed'>,
  folder: string,
  { ffmpeg, lifetime, onProgress, say }: RenderDeps,
): Promise<VideoPlan[]> {
  await mkdir(folder, { recursive: true });
  const missing = await missingEncoders(
    ffmpeg,
    plans.map(({ encoding }) => encoding),
  );
  if (missing.size > 0) say(`This ffmpeg lacks ${[...missing].join(', ')}: the set is smaller for it`);
  const taken = plans
    .map((plan, index) => ({ plan, index }))
    .filter(({ plan }) => !missing.has(plan.encoding.encoder));
  const total = taken.reduce((sum, { plan }) => sum + totalFrames(plan), 0);
  const done = new Map<string, number>();
  const waiting = [...taken];

  async function renderWaiting(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { plan, index } = next;
      const file = path.join(folder, plan.name);
      const report = (frames: number) => {
        done.set(plan.name, frames);
        onProgress(
          [...done.values()].reduce((sum, n) => sum + n, 0),
          total,
        );
      };
      if (!existsSync(file)) await renderOne({ set, seed, index, file, ffmpeg }, lifetime, report);
      report(totalFrames(plan));
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, renderWaiting));
  return taken.map(({ plan }) => plan);
}

/** In a process of its own. What is not finished has another name. */
async function renderOne(
  { file, ...job }: RenderJob,
  lifetime: Lifetime,
  onFrames: (frames: number) => void,
): Promise<void> {
  lifetime.stopping.throwIfAborted();
  const partial = `${file}.partial`;
  const child = fork(processFile, [JSON.stringify({ ...job, file: partial })], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const closed = once(child, 'close');
  const disown = lifetime.own(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await closed;
  });
  let wrote = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (wrote += text));
  child.on('message', (message) => onFrames(RenderProgress.parse(message).frames));
  await closed;
  await disown();
  lifetime.stopping.throwIfAborted();
  if (child.exitCode !== 0) throw new Error(wrote.trim() || `Rendering ${path.basename(file)} failed`);
  await rename(partial, file);
}
