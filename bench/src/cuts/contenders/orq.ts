import { fileURLToPath } from 'node:url';
import type { Found } from '@orq/cut-benchmark';
import { z } from 'zod';
import type { Contender } from './contender.ts';

const processFile = fileURLToPath(new URL('./orq-process.js', import.meta.url));

const Output = z.object({
  /** The fraction of the frames that needed no decoding. */
  skipped: z.number(),
  shots: z
    .array(
      z.object({
        startMs: z.number(),
        transition: z.enum(['start', 'cut', 'dissolve', 'fade', 'wipe']),
        /** Of the transition by which the shot begins. */
        transitionStartMs: z.number().optional(),
        transitionEndMs: z.number().optional(),
      }),
    )
    .min(1),
});
type Shot = z.infer<typeof Output>['shots'][number];

/** orq's own detector, as @orq/media ships it. */
export const orq: Contender = {
  name: 'orq',
  about: 'analyzeCuts of @orq/media, with the clips that it chooses',
  isTyped: true,
  command: (video) => ({ file: process.execPath, args: [processFile, video] }),
  parse({ stdout }, fps) {
    const { shots } = Output.parse(JSON.parse(stdout));
    const [first] = shots;
    const beganMs = first?.startMs ?? 0;
    return shots.slice(1).map((shot) => toFound(shot, (ms) => Math.round(((ms - beganMs) * fps) / 1000)));
  },
};

/** The same with every frame decoded. */
export const fullPass: Contender = {
  ...orq,
  name: 'full pass',
  about: 'the same, with every frame decoded',
  command: (video) => ({ file: process.execPath, args: [processFile, video, '--all'] }),
};

/** @param stdout what `orq` or `fullPass` has written */
export const skippedBy = (stdout: string): number => Output.parse(JSON.parse(stdout)).skipped;

function toFound(shot: Shot, toFrame: (ms: number) => number): Found {
  const { startMs, transition, transitionStartMs = startMs, transitionEndMs = startMs } = shot;
  if (transition === 'cut' || transition === 'start') return { type: 'cut', frame: toFrame(startMs) };
  const from = toFrame(transitionStartMs);
  return { type: 'gradual', kind: transition, from, to: Math.max(from, toFrame(transitionEndMs)) };
}
