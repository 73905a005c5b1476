import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseClips, type ClipSource, defaultClipCount } from '../src/clips/choose-clips.ts';
import { scoreFrames } from '../src/clips/frame-scores.ts';
import { FrameTable } from '../src/features/frame-table.ts';
import type { Picture } from '../src/features/picture.ts';
import type { Shot } from '../src/shots/shot.ts';

const FRAME_MS = 40;
const GOOD: Picture = {
  brightness: 120,
  contrast: 50,
  sharpness: 400,
  exposure: 0.6,
  colourfulness: 40,
};
const BLACK: Picture = { brightness: 2, contrast: 1, sharpness: 0, exposure: 0, colourfulness: 0 };

/** A video at 25 frames a second with shots of the given numbers of frames; `picture` says what each frame is like. */
function video(shotFrames: readonly number[], picture: (frame: number) => Picture = () => GOOD): ClipSource {
  const table = new FrameTable();
  const shots: Shot[] = [];
  const starts: number[] = [];
  for (const length of shotFrames) {
    const startMs = table.length * FRAME_MS;
    starts.push(table.length);
    shots.push({
      startMs,
      endMs: startMs + length * FRAME_MS,
      transition: shots.length === 0 ? 'start' : 'cut',
      transitionStartMs: startMs,
      transitionEndMs: startMs,
    });
    for (let i = 0; i < length; i += 1) table.push({ ...picture(table.length), change: 2, spread: 150 });
  }
  const timestampsMs = Float64Array.from({ length: table.length }, (_, i) => i * FRAME_MS);
  return { shots, scores: scoreFrames(table, starts), timestampsMs, durationMs: table.length * FRAME_MS };
}

/** How many clips of the least length fit when each begins as early as it may. */
function mostThatFit({ shots, durationMs }: ClipSource, minMs: number): number {
  let freeFrom = 0;
  let count = 0;
  for (const { startMs } of shots) {
    if (startMs < freeFrom || startMs + minMs > durationMs) continue;
    count += 1;
    freeFrom = startMs + minMs;
  }
  return count;
}

const pictures = fc.record({
  brightness: fc.double({ min: 0, max: 255, noNaN: true }),
  contrast: fc.double({ min: 0, max: 127, noNaN: true }),
  sharpness: fc.double({ min: 0, max: 5000, noNaN: true }),
  exposure: fc.double({ min: 0, max: 1, noNaN: true }),
  colourfulness: fc.double({ min: 0, max: 150, noNaN: true }),
});
const videos = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 30 }),
    fc.array(pictures, { minLength: 1, maxLength: 20 }),
  )
  .map(([lengths, looks]) => video(lengths, (frame) => looks[Math.floor(frame / 7) % looks.length] ?? GOOD));
const limits = fc
  .tuple(
    fc.integer({ min: 200, max: 5000 }),
    fc.integer({ min: 0, max: 15_000 }),
    fc.integer({ min: 1, max: 8 }),
  )
  .map(([minMs, more, count]) => ({ minMs, maxMs: minMs + more, count }));

test('whatever the video, clips begin on shots, do not overlap, keep their lengths and are as many as fit', () => {
  fc.assert(
    fc.property(videos, limits, (source, options) => {
      const clips = chooseClips(source, options);

      const starts = new Set(source.shots.map(({ startMs }) => startMs));
      const tooShort = source.durationMs < options.minMs;
      expect(clips).toHaveLength(Math.min(options.count, tooShort ? 1 : mostThatFit(source, options.minMs)));
      for (const [i, { startMs, endMs, visualScore, scoreParts }] of clips.entries()) {
        expect(starts.has(startMs)).toBe(true);
        expect(startMs).toBeGreaterThanOrEqual(clips[i - 1]?.endMs ?? 0);
        expect(endMs).toBeLessThanOrEqual(source.durationMs);
        expect(endMs - startMs).toBeLessThanOrEqual(options.maxMs);
        expect(endMs - startMs).toBeGreaterThanOrEqual(tooShort ? source.durationMs : options.minMs);
        expect([startMs, endMs].every(Number.isInteger)).toBe(true);
        for (const score of [visualScore, ...Object.values(scoreParts)]) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 150, seed: 20 },
  );
});

describe('the number of clips', () => {
  test.each([
    [12_000, 3],
    [60_000, 3],
    [120_000, 4],
    [180_000, 4],
    [181_000, 5],
    [7_200_000, 5],
  ])('of %i ms of video is %i', (durationMs, count) => {
    expect(defaultClipCount(durationMs)).toBe(count);
  });
});

test('one shot gives one clip, however long it is', () => {
  expect(chooseClips(video([3000]))).toHaveLength(1);
});

test('clips are spread over a video whose shots are all alike', () => {
  const clips = chooseClips(video(Array.from({ length: 12 }, () => 125)));

  expect(clips.map(({ startMs }) => Math.floor(startMs / 20_000))).toEqual([0, 1, 2]);
});

test('black shots are left out where others can be chosen', () => {
  // Shots of 5 s: every second one is black.
  const source = video(
    Array.from({ length: 8 }, () => 125),
    (frame) => (Math.floor(frame / 125) % 2 === 0 ? GOOD : BLACK),
  );

  const clips = chooseClips(source);

  expect(clips).toHaveLength(3);
  expect(clips.every(({ startMs, endMs }) => startMs % 10_000 === 0 && endMs - startMs <= 5000)).toBe(true);
});

test('a clip ends before its shot goes black', () => {
  const source = video([250], (frame) => (frame < 125 ? GOOD : BLACK));

  const [clip] = chooseClips(source);

  expect(clip?.endMs).toBeLessThanOrEqual(5000);
});

test('a black video still gives its clip, scored 0', () => {
  expect(chooseClips(video([100], () => BLACK))).toMatchObject([{ startMs: 0, endMs: 4000, visualScore: 0 }]);
});

test('of two clips the sharper and more colourful one scores higher in just these parts', () => {
  const source = video([100, 100], (frame) =>
    frame < 100 ? GOOD : { ...GOOD, sharpness: 900, colourfulness: 80 },
  );

  const [plain, better] = chooseClips(source, { count: 2, minMs: 4000, maxMs: 4000 });

  expect(better?.scoreParts.sharpness).toBeGreaterThan(plain?.scoreParts.sharpness ?? 1);
  expect(better?.scoreParts.colourfulness).toBeGreaterThan(plain?.scoreParts.colourfulness ?? 1);
  expect(better?.scoreParts.contrast).toBe(plain?.scoreParts.contrast);
  expect(better?.visualScore).toBeGreaterThan(plain?.visualScore ?? 1);
});

test('limits that contradict each other are refused', () => {
  expect(() => chooseClips(video([100]), { minMs: 5000, maxMs: 4000 })).toThrow(RangeError);
});

describe('the poster of a clip', () => {
  const posterOf = (picture: (frame: number) => Picture) => {
    const [clip] = chooseClips(video([100], picture));
    return clip?.posterMs;
  };

  test('is taken where the clip looks best', () => {
    const sharp = { ...GOOD, sharpness: 900, exposure: 0.9 };

    expect(posterOf((frame) => (frame >= 60 && frame < 70 ? sharp : GOOD))).toBeOneOf(
      Array.from({ length: 10 }, (_, i) => (60 + i) * FRAME_MS),
    );
  });

  test('is no single frame that stands out, nor a black one', () => {
    const flash = { ...GOOD, exposure: 0.95 };

    const posterMs = posterOf((frame) => (frame < 50 ? BLACK : frame === 20 ? flash : GOOD));

    expect(posterMs).toBeGreaterThanOrEqual(50 * FRAME_MS);
  });
});

test('one limit of the lengths alone moves the other out of its way', () => {
  const source = video([100, 100, 1000]);

  expect(chooseClips(source, { maxMs: 1000 }).map(({ startMs, endMs }) => endMs - startMs)).toEqual([
    1000, 1000, 1000,
  ]);
  expect(chooseClips(source, { minMs: 20_000 }).map(({ startMs, endMs }) => endMs - startMs)).toEqual([
    20_000,
  ]);
});
