import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { analyzeCuts, type CutAnalysis, MediaError } from '../src/index.ts';
import { renderSeeds, type Seeds } from './builders/bad-inputs/index.ts';
import { cutUp, damages } from './builders/cut-up.ts';
import { useWorkspace } from './builders/workspace.ts';

/** A longer run by hand: `FUZZ_ROUNDS=200 FUZZ_SEED=2 vitest run test/fuzz.test.ts`. */
const numRuns = Number(process.env['FUZZ_ROUNDS'] ?? 3);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
/** The longest that one file may take, in ms, on a busy machine. */
const PATIENCE_MS = 60_000;

const workspace = useWorkspace();
let seeds: Seeds;
beforeAll(async () => {
  seeds = await renderSeeds(workspace);
});

describe.concurrent('a cut-up file ends in shots or in a readable failure', () => {
  const containers = ['mp4', 'mkv', 'ts', 'flv', 'avi', 'webm'] as const;
  const timeout = numRuns * PATIENCE_MS;
  test.each(containers)('%s', { timeout }, async (container) => {
    const whole = await readFile(seeds[container]);
    const file = workspace.path(`cut-up.${container}`);
    const property = fc.asyncProperty(damages, async (places) => {
      await writeFile(file, cutUp(whole, places));
      const signal = AbortSignal.timeout(PATIENCE_MS);

      const outcome = await analyzeCuts(file, { ffmpeg: seeds.ffmpeg, signal }).catch(onlyMediaErrors);

      if (outcome) expectInOrder(outcome);
    });
    await expect(fc.assert(property, { numRuns, seed, endOnFailure: true })).resolves.toBeUndefined();
  });
});

function onlyMediaErrors(error: unknown): null {
  expect(error).toBeInstanceOf(MediaError);
  return null;
}

/** Shots follow one another without a gap, up to the end. */
function expectInOrder({ shots, durationMs }: CutAnalysis): void {
  const ends = shots.map((shot) => shot.endMs);
  expect(shots.slice(1).map((shot) => shot.startMs)).toEqual(ends.slice(0, -1));
  expect(ends.at(-1)).toBe(durationMs);
  for (const { startMs, endMs } of shots) expect(endMs).toBeGreaterThan(startMs);
}
