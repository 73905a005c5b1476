import { open, stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { analyzeCuts, conclude, measure, measureQuiet, probe } from '../src/index.ts';
import { WORTH } from '../src/quiet/plan.ts';
import { FIXED_KEYS, type Still, stills } from './builders/quiet.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();
const INDEX_FIRST = [...FIXED_KEYS, '-movflags', '+faststart'];
/** Whatever can be left out is. */
const ALWAYS = { ...WORTH, shortestMs: 0, mostCost: 1, startFrames: 0 };

async function analyse(file: string) {
  const { ffmpeg } = workspace;
  const info = await probe(file, { ffmpeg });
  const quiet = await measureQuiet(file, { ffmpeg, info }, ALWAYS);
  return {
    quiet: quiet && conclude(quiet, info),
    full: conclude(await measure(file, { ffmpeg, info }), info),
  };
}

test('decoding only where something happens finds what decoding all finds', async () => {
  // Light and dark, on and between key frames, away and back again between two of them, and a dissolve.
  const pictures: Still[] = [
    ...([
      ['a', 430],
      ['b', 40],
      ['a', 330],
    ] as const),
    ...([
      ['m', 350],
      ['n', 250],
      ['m', 330],
      ['n', 40],
      ['m', 230],
    ] as const),
    ...([
      ['c', 400],
      ['dissolve', 20],
      ['a', 380],
    ] as const),
  ];
  const file = await stills(workspace.ffmpeg, workspace.path('all.mp4'), pictures);

  const { quiet, full } = await analyse(file);

  const startFrames = full.shots.slice(1).map(({ startMs }) => startMs / 40);
  expect(startFrames).toEqual([430, 470, 800, 1150, 1400, 1730, 1770, 2000, expect.closeTo(2410, -1)]);
  expect(quiet?.shots).toEqual(full.shots);
  expect(quiet?.durationMs).toEqual(full.durationMs);
  expect(quiet?.skipped).toBeGreaterThan(0.5);
});

describe('everything is decoded where', () => {
  test('the container has no index', async () => {
    const file = await stills(workspace.ffmpeg, workspace.path('no-index.ts'), [['a', 700]]);

    expect((await analyse(file)).quiet).toBeNull();
  });

  test('the file ends early', async () => {
    const file = await stills(
      workspace.ffmpeg,
      workspace.path('short.mp4'),
      [
        ['a', 400],
        ['b', 400],
      ],
      INDEX_FIRST,
    );
    const { size } = await stat(file);
    await using handle = await open(file, 'r+');
    await handle.truncate(Math.round(0.7 * size));

    expect((await analyse(file)).quiet).toBeNull();
  });

  test('it is asked for, or the video is short', async () => {
    const { ffmpeg } = workspace;
    const short = await stills(ffmpeg, workspace.path('short.mp4'), [['a', 700]]);
    const long = await stills(ffmpeg, workspace.path('long.mp4'), [['a', 3100]]);
    const skippedOf = async (...of: Parameters<typeof analyzeCuts>) => (await analyzeCuts(...of)).skipped;

    expect(await skippedOf(long, { ffmpeg })).toBeGreaterThan(0.9);
    expect(await skippedOf(long, { ffmpeg, skipQuiet: false })).toBe(0);
    expect(await skippedOf(short, { ffmpeg })).toBe(0);
  });
});
