import { expect, test } from 'vitest';
import { FfmpegError, resolveFfmpeg } from '../src/index.ts';
import { wrapper } from './builders/wrapper.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();

test('with nothing installed, the npm builds are used and one warning says how old they are', async () => {
  const warnings: string[] = [];
  const found = await resolveFfmpeg({ env: { PATH: '' }, onWarning: (message) => warnings.push(message) });

  expect(found.source).toBe('npm');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('2018');
});

test('FFMPEG_PATH and FFPROBE_PATH come before PATH, without a warning', async () => {
  const { ffmpeg, ffprobe } = workspace.ffmpeg;
  const named = await wrapper(workspace, 'my-ffmpeg', `exec "${ffmpeg}" "$@"`);
  const warnings: string[] = [];

  const found = await resolveFfmpeg({
    env: { FFMPEG_PATH: named, FFPROBE_PATH: ffprobe, PATH: '/usr/bin' },
    onWarning: (message) => warnings.push(message),
  });

  expect(found).toMatchObject({ ffmpeg: named, ffprobe, source: 'env' });
  expect(warnings).toEqual([]);
});

test('a binary on PATH that does not run is passed over', async () => {
  await wrapper(workspace, 'ffmpeg', 'exit 1');

  const found = await resolveFfmpeg({ env: { PATH: workspace.path('.') } });

  expect(found.source).toBe('npm');
});

test.each([
  ['is missing', 'nowhere/ffmpeg'],
  ['is another program', process.execPath],
])('a FFMPEG_PATH that %s is an error that names it', async (_, path) => {
  const resolving = resolveFfmpeg({ env: { FFMPEG_PATH: path, PATH: '' } });

  await expect(resolving).rejects.toThrow(FfmpegError);
  await expect(resolving).rejects.toThrow(`FFMPEG_PATH=${path}`);
});
