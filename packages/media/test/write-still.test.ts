import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { probe, writeSheet, writeStill } from '../src/index.ts';
import { numbered, readNumberAt } from './builders/numbered.ts';
import { describeFile } from './builders/streams.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();

test.each(['still.mp4', 'still.ts'])('a still of %s is the frame of its time', async (name) => {
  const { ffmpeg } = workspace;
  const file = await numbered(ffmpeg, workspace.path(name));
  const output = workspace.path(`${name}.jpg`);

  const size = await writeStill(file, output, { ffmpeg, info: await probe(file, { ffmpeg }), atMs: 3080 });

  expect(size).toEqual({ width: 160, height: 48 });
  expect(await readNumberAt(ffmpeg, output)).toBe(77);
});

test('a still beyond the end is refused', async () => {
  const { ffmpeg } = workspace;
  const file = await numbered(ffmpeg, workspace.path('ends.mp4'));
  const still = { ffmpeg, info: await probe(file, { ffmpeg }), atMs: 9000 };

  await expect(writeStill(file, workspace.path('none.jpg'), still)).rejects.toMatchObject({
    code: 'no_frames',
  });
});

test('a sheet shows the frames of its times, row by row, and leaves out what there is not', async () => {
  const { ffmpeg } = workspace;
  const file = await numbered(ffmpeg, workspace.path('sheet.mp4'));
  const output = workspace.path('sheet.jpg');
  const progress: number[] = [];

  const sheet = await writeSheet(file, output, {
    ffmpeg,
    info: await probe(file, { ffmpeg }),
    framesMs: [0, 1200, 2080, 9000, 3960],
    box: { width: 160, height: 160 },
    maxWidth: 350,
    onProgress: (done) => progress.push(done),
  });

  const cell = { width: 160, height: 48 };
  expect(sheet).toEqual({
    width: 332,
    height: 108,
    columns: 2,
    rows: 2,
    cell,
    gap: 4,
    framesMs: [0, 1200, 2080, 3960],
  });
  const { streams } = await describeFile(ffmpeg, output);
  expect(streams[0]).toMatchObject({ codec_name: 'mjpeg', width: 332, height: 108 });
  const shown = [];
  for (const [left, top] of [
    [4, 4],
    [168, 4],
    [4, 56],
    [168, 56],
  ] as const) {
    shown.push(await readNumberAt(ffmpeg, output, left, top));
  }
  expect(shown).toEqual([0, 30, 52, 99]);
  expect(progress).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
  expect((await readdir(workspace.path(''))).filter((name) => name.endsWith('.cells'))).toEqual([]);
});
