import { expect, test } from 'vitest';
import { analyzeCuts } from '../src/index.ts';
import { renderSample } from '../src/sample.ts';
import { render } from './builders/render.ts';
import * as videos from './builders/videos.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();

async function boundariesOf(build: (typeof videos)['oneShot'], name: string) {
  const { ffmpeg } = workspace;
  const { shots } = await analyzeCuts(await build(ffmpeg, workspace.path(name)), { ffmpeg });
  return shots.slice(1);
}

test('every cut of the rendered sample is found at its very frame, and nothing else', async () => {
  const { ffmpeg } = workspace;
  const sample = await renderSample(workspace.path('sample.mp4'), { ffmpeg });

  const { shots, durationMs } = await analyzeCuts(workspace.path('sample.mp4'), { ffmpeg });

  expect(shots.map(({ startMs }) => startMs)).toEqual([0, ...sample.cutsMs]);
  expect(shots.map(({ endMs }) => endMs)).toEqual([...sample.cutsMs, durationMs]);
  expect(shots.map(({ transition }) => transition)).toEqual(['start', 'cut', 'cut', 'cut', 'cut', 'cut']);
  expect(Math.abs(durationMs - sample.durationMs)).toBeLessThanOrEqual(40);
});

test.each([
  ['a single moving shot', videos.oneShot],
  ['a static picture', videos.staticPicture],
  ['nothing but black', videos.allBlack],
  ['a camera flash', videos.cameraFlash],
  ['a caption that comes and goes', videos.caption],
  ['something that passes the lens', videos.occluder],
  ['someone who passes by, animated on threes', videos.animatedPasser],
  ['a beam of light on a stage', videos.stageLight],
  ['lightning', videos.lightning],
])('%s has no boundary', async (name, build) => {
  expect(await boundariesOf(build, `${name}.mp4`)).toEqual([]);
});

test.each([
  ['black', videos.fadeThroughBlack],
  ['white', videos.fadeThroughWhite],
])('a fade through %s is one boundary, where the new shot appears', async (colour, build) => {
  const boundaries = await boundariesOf(build, `${colour}.mp4`);

  expect(boundaries).toMatchObject([{ transition: 'fade' }]);
  expect(boundaries[0]?.startMs).toBeGreaterThan(3000);
  expect(boundaries[0]?.startMs).toBeLessThan(3400);
});

test('black between a cut and a fade is a shot', async () => {
  const [black, city, ...others] = await boundariesOf(videos.cutToBlack, 'cut-to-black.mp4');

  expect(black).toMatchObject({ transition: 'cut', startMs: 2000 });
  expect(city).toMatchObject({ transition: 'fade', endMs: 5000 });
  expect(Math.abs((city?.transitionStartMs ?? 0) - 3000)).toBeLessThanOrEqual(40);
  expect(Math.abs((city?.transitionEndMs ?? 0) - 4000)).toBeLessThanOrEqual(200);
  expect(others).toEqual([]);
});

test.each([
  ['dissolve', videos.dissolve],
  ['wipe', videos.wipe],
] as const)(
  'a %s is one boundary, near its middle, with a beginning and an end',
  async (transition, build) => {
    const boundaries = await boundariesOf(build, `${transition}.mp4`);

    expect(boundaries).toMatchObject([{ transition }]);
    const [
      { startMs, transitionStartMs, transitionEndMs } = {
        startMs: 0,
        transitionStartMs: 0,
        transitionEndMs: 0,
      },
    ] = boundaries;
    for (const [found, truth] of [
      [startMs, 2500],
      [transitionStartMs, 2000],
      [transitionEndMs, 3000],
    ] as const) {
      expect(Math.abs(found - truth)).toBeLessThanOrEqual(200);
    }
  },
);

test.each([
  ['blended into 30 frames a second', ['-vf', 'framerate=fps=30:scene=100']],
  ['blended into 60 frames a second', ['-vf', 'framerate=fps=60:scene=100']],
  ['taken from film to fields', ['-vf', 'telecine=pattern=23']],
  ['of two frames in one, as fields', ['-vf', 'tinterlace=interleave_top', '-flags', '+ilme+ildct']],
])('cuts are found where frames show both shots: %s', async (name, args) => {
  const { ffmpeg } = workspace;
  const sample = workspace.path('for-mixtures.mp4');
  const shotsMs = [1000, 1520, 2040, 1160, 1800, 1000];
  const { cutsMs } = await renderSample(sample, { ffmpeg, shotsMs });
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-an'];
  const file = await render(ffmpeg, workspace.path(`${name}.mp4`), ['-i', sample, args, codec]);

  const { shots } = await analyzeCuts(file, { ffmpeg });

  const [, ...found] = shots;
  expect(found.map(({ transition }) => transition)).toEqual(cutsMs.map(() => 'cut'));
  for (const [index, { startMs }] of found.entries()) {
    expect(Math.abs(startMs - (cutsMs[index] ?? 0))).toBeLessThanOrEqual(80);
  }
});

test('shots of two frames, three and five are told apart', async () => {
  const { ffmpeg } = workspace;
  const shotsMs = [600, 200, 120, 240, 80, 800];
  const sample = await renderSample(workspace.path('quick.mp4'), { ffmpeg, shotsMs });

  const { shots } = await analyzeCuts(workspace.path('quick.mp4'), { ffmpeg });

  expect(shots.slice(1).map(({ startMs }) => startMs)).toEqual(sample.cutsMs);
});

test('the same file gives the same answer, to the last digit', async () => {
  const { ffmpeg } = workspace;
  const file = workspace.path('twice.mp4');
  await renderSample(file, { ffmpeg });

  const [first, second] = await Promise.all([analyzeCuts(file, { ffmpeg }), analyzeCuts(file, { ffmpeg })]);

  expect(second).toEqual(first);
});
