import { beforeAll, expect, test } from 'vitest';
import { analyzeCuts, FfmpegError } from '../src/index.ts';
import { renderSample } from '../src/sample.ts';
import { isRunning, wrapper } from './builders/wrapper.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();
let video: string;

beforeAll(async () => {
  video = workspace.path('sample.mp4');
  await renderSample(video, { ffmpeg: workspace.ffmpeg });
});

test('progress rises with the decoded time and ends at 1', async () => {
  const fractions: number[] = [];

  await analyzeCuts(video, { ffmpeg: workspace.ffmpeg, onProgress: (fraction) => fractions.push(fraction) });

  expect(fractions.length).toBeGreaterThan(100);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions[0]).toBeLessThan(0.1);
  expect(fractions.at(-1)).toBe(1);
});

test('an abort ends ffmpeg at once and rejects with its reason', async () => {
  const ffmpeg = await wrapper(workspace, 'aborted', `exec "${workspace.ffmpeg.ffmpeg}" -re "$@"`);
  const abort = new AbortController();
  const reason = new Error('The worker shuts down.');

  const analysis = analyzeCuts(video, {
    ffmpeg: { ...workspace.ffmpeg, ffmpeg },
    signal: abort.signal,
    onProgress: () => abort.abort(reason),
  });

  await expect(analysis).rejects.toBe(reason);
  expect(await isRunning(ffmpeg)).toBe(false);
});

test('an abort before the start starts nothing', async () => {
  const analysis = analyzeCuts(video, { ffmpeg: workspace.ffmpeg, signal: AbortSignal.abort('too late') });

  await expect(analysis).rejects.toBe('too late');
});

test('an ffmpeg that hangs is ended after the stall limit', async () => {
  const ffmpeg = await wrapper(workspace, 'hanging', 'exec sleep 60');

  const analysis = analyzeCuts(video, { ffmpeg: { ...workspace.ffmpeg, ffmpeg }, stallMs: 300 });

  await expect(analysis).rejects.toMatchObject({ name: 'FfmpegError', code: 'stalled' });
  expect(await isRunning(ffmpeg)).toBe(false);
});

test.each([
  ['someone kills', 'killed', 'echo "[error] the last words" >&2; kill -9 $$'],
  ['runs out of memory', 'failed', 'echo "[error] Cannot allocate memory" >&2; exit 1'],
  ['finds no room on the disk', 'failed', 'echo "[error] No space left on device" >&2; exit 1'],
])('an ffmpeg that %s is no fault of the file, and its last lines are told', async (_, code, script) => {
  const ffmpeg = await wrapper(workspace, code, script);

  const error: unknown = await analyzeCuts(video, { ffmpeg: { ...workspace.ffmpeg, ffmpeg } }).catch(
    (e) => e,
  );

  expect(error).toBeInstanceOf(FfmpegError);
  expect(error).toMatchObject({ code, message: expect.stringContaining('[error] ') });
});

test('an ffmpeg that is gone is reported by its path', async () => {
  const ffmpeg = { ...workspace.ffmpeg, ffmpeg: workspace.path('no-such-ffmpeg') };

  await expect(analyzeCuts(video, { ffmpeg })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(ffmpeg.ffmpeg),
  });
});
