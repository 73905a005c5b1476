import { expect, test } from 'vitest';
import { analyzeCuts, probe } from '../src/index.ts';
import { render } from './builders/render.ts';
import { renderSample } from '../src/sample.ts';
import * as videos from './builders/videos.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();

test('a cut after which the frame rate changes keeps its time', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.variableFrameRate(ffmpeg, workspace.path('vfr.mp4'));

  const { shots } = await analyzeCuts(file, { ffmpeg });

  expect(shots.map(({ startMs }) => startMs)).toEqual([0, 2000]);
});

test('a picture that begins after the sound keeps its time', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.lateFirstFrame(ffmpeg, workspace.path('late.mp4'));

  const { shots, durationMs } = await analyzeCuts(file, { ffmpeg });

  expect(shots.map(({ startMs }) => startMs)).toEqual([1600, 2600]);
  expect(Math.abs(durationMs - 3600)).toBeLessThanOrEqual(40);
});

test('cuts of a video cut out of another by an edit list are those that a player shows', async () => {
  const { ffmpeg } = workspace;
  const whole = workspace.path('whole.mp4');
  await renderSample(whole, { ffmpeg });
  const file = await render(ffmpeg, workspace.path('edited.mp4'), ['-ss', '1', '-i', whole, '-c', 'copy']);

  const { shots } = await analyzeCuts(file, { ffmpeg });

  expect(shots.map(({ startMs }) => startMs)).toEqual([0, 1000, 2600, 5000, 6800, 9000]);
});

test.each(['mkv', 'avi', 'ts', 'webm'])('the cuts of a %s file are those of the mp4', async (extension) => {
  const { ffmpeg } = workspace;
  const mp4 = workspace.path(`for-${extension}.mp4`);
  const sample = await renderSample(mp4, { ffmpeg, shotsMs: [1000, 1000, 1000] });
  const codecs: Record<string, string[]> = {
    webm: ['-c:v', 'libvpx', '-b:v', '2M', '-an'],
    // AVI has no timestamps, which H.264 with B-frames cannot do without.
    avi: ['-c:v', 'mpeg4', '-q:v', '3', '-an'],
  };
  const codec = codecs[extension] ?? ['-c', 'copy'];
  const file = await render(ffmpeg, workspace.path(`same.${extension}`), ['-i', mp4, ...codec]);

  const { shots, durationMs } = await analyzeCuts(file, { ffmpeg });

  const frames = shots.slice(1).map(({ startMs }, i) => Math.abs(startMs - (sample.cutsMs[i] ?? 0)) / 40);
  expect(frames).toHaveLength(2);
  expect(Math.max(...frames)).toBeLessThanOrEqual(1);
  expect(Math.abs(durationMs - 3000)).toBeLessThanOrEqual(80);
});

test('a video filmed upright is described as it is shown', async () => {
  const { ffmpeg } = workspace;
  const upright = await videos.filmedUpright(ffmpeg, workspace.path('upright.mp4'));

  const info = await probe(upright, { ffmpeg });

  expect(info).toMatchObject({ width: 180, height: 320, codec: 'h264', frameRate: 25, hasAudio: false });
});

test('an odd frame size is analysed like any other', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.oddSize(ffmpeg, workspace.path('odd.mp4'));

  const { shots } = await analyzeCuts(file, { ffmpeg });

  expect(await probe(file, { ffmpeg })).toMatchObject({ width: 201, height: 113 });
  expect(shots.map(({ startMs }) => startMs)).toEqual([0, 1000]);
});
