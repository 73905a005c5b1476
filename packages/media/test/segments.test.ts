import { describe, expect, test } from 'vitest';
import { conclude, joinMeasurements, measure, planSegments, probe, readPackets } from '../src/index.ts';
import { decodeMeasurement, encodeMeasurement } from '../src/measurement/codec.ts';
import { renderSample } from '../src/sample.ts';
import { render } from './builders/render.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();

describe('a video measured in segments', () => {
  test.each([
    ['mp4', ['-c', 'copy']],
    [
      'mkv',
      ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '3', '-x264-params', 'open-gop=1:keyint=40', '-an'],
    ],
  ])('is, to the last bit, what it is as a whole: %s', async (extension, codec) => {
    const { ffmpeg } = workspace;
    const sample = workspace.path(`for-${extension}.mp4`);
    await renderSample(sample, { ffmpeg, shotsMs: [5000, 2960, 80, 4960, 7000] });
    const file = await render(ffmpeg, workspace.path(`long.${extension}`), ['-i', sample, ...codec]);
    const info = await probe(file, { ffmpeg });
    const whole = await measure(file, { ffmpeg, info });

    const { packets } = await readPackets(file, { ffmpeg, info });
    const segments = planSegments(packets, 7000);
    const parts = [];
    for (const segment of segments) parts.push(await measure(file, { ffmpeg, info, segment }));
    const joined = joinMeasurements(parts.map((part) => decodeMeasurement(encodeMeasurement(part))));

    expect(segments.length).toBeGreaterThanOrEqual(2);
    expect(joined).toEqual(whole);
    expect(conclude(joined, info)).toEqual(conclude(whole, info));
  });
});

describe('segments are planned', () => {
  const packets = (count: number, keyEvery: number) => ({
    timesMs: Float64Array.from({ length: count }, (_, i) => 40 * i),
    bytes: new Uint32Array(count).fill(1000),
    isKey: Uint8Array.from({ length: count }, (_, i) => Number(i % keyEvery === 0)),
  });

  test('as far behind key frames as measuring looks back, without gaps', () => {
    const segments = planSegments(packets(1600, 50), 20_000);

    expect(segments.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [-Infinity, 21_760],
      [21_760, 41_760],
      [41_760, Infinity],
    ]);
    expect(segments.map(({ seekMs }) => seekMs)).toEqual([-Infinity, 16_000, 36_000]);
  });

  test.each([1, 50, 120, 170, 400])(
    'none shorter than half of what is asked for: a key frame each %i frames',
    (keyEvery) => {
      const segments = planSegments(packets(4000, keyEvery), 15_000);
      const limits = [0, ...segments.slice(1).map(({ startMs }) => startMs), 4000 * 40];
      const lengths = limits.slice(1).map((endMs, index) => endMs - (limits[index] ?? 0));

      expect(Math.min(...lengths)).toBeGreaterThanOrEqual(7_500);
      expect(segments.length).toBeGreaterThanOrEqual(6);
    },
  );

  test('not where the video is too short', () => {
    expect(planSegments(packets(740, 50), 20_000)).toEqual([]);
  });

  test('not where the key frames are too rare', () => {
    expect(planSegments(packets(1600, 1600), 20_000)).toEqual([]);
  });

  test.each([
    ['missing', Number.NaN],
    ['given twice', 360],
  ])('not where a timestamp is %s', (_, timeMs) => {
    const odd = packets(1600, 50);
    odd.timesMs[10] = timeMs;

    expect(planSegments(odd, 20_000)).toEqual([]);
  });
});

test.each([
  ['nothing', new Uint8Array()],
  ['a header that is cut off', new Uint8Array([9, 0, 0, 0, 123])],
  ['a length that is a lie', new Uint8Array([255, 255, 255, 255, 123, 125])],
])('%s is no measurement', (_, bytes) => {
  expect(() => decodeMeasurement(bytes)).toThrow('no measurement');
});
