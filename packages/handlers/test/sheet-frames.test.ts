import { expect, test } from 'vitest';
import { chooseSheetFrames } from '../src/cut-analysis/sheet-frames.ts';

test.each([
  ['a video of one frame', [0], 40, [0]],
  ['a frame every three seconds', [20.4, 3020.4, 6020.4], 9020, [20, 3020, 6020]],
])('the storyboard shows what is on the screen at its times: of %s', (_, frames, durationMs, expected) => {
  const startMs = Math.round(frames[0] ?? 0);
  const shot = { startMs, endMs: durationMs, transition: 'start' as const };

  const { storyboard_ms: storyboard } = chooseSheetFrames({
    shots: [{ ...shot, transitionStartMs: startMs, transitionEndMs: startMs }],
    shotPostersMs: [startMs],
    timestampsMs: Float64Array.from(frames),
    durationMs,
  });

  expect(storyboard).toEqual(expected);
});
