import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openWorkFolder } from '../src/work-folder.ts';

/** An empty folder in the place of the machine's temporary files. */
async function ownTemporaryFiles(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-work-test-'));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    return rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A work folder in which a file was written to last two hours ago. */
async function leftBehind(folder: string, name: string): Promise<string> {
  const left = path.join(folder, name);
  await mkdir(left);
  await writeFile(path.join(left, 'clip.mp4'), 'half');
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  await utimes(path.join(left, 'clip.mp4'), twoHoursAgo, twoHoursAgo);
  await utimes(left, twoHoursAgo, twoHoursAgo);
  return left;
}

test('a work folder goes with all that is in it', async () => {
  const temporary = await ownTemporaryFiles();
  {
    await using folder = await openWorkFolder();
    await writeFile(folder.file('clip.mp4'), 'half');
    expect(await readdir(temporary)).toHaveLength(1);
  }

  expect(await readdir(temporary)).toEqual([]);
});

test('what a killed process left behind goes once nobody has written to it for an hour', async () => {
  const temporary = await ownTemporaryFiles();
  await leftBehind(temporary, 'orq-work-dead');
  const alive = await leftBehind(temporary, 'orq-work-alive');
  await writeFile(path.join(alive, 'clip.mp4'), 'still growing');
  await leftBehind(temporary, 'of-another-program');

  await using folder = await openWorkFolder();

  const own = path.basename(path.dirname(folder.file('x')));
  expect((await readdir(temporary)).toSorted()).toEqual(
    ['of-another-program', 'orq-work-alive', own].toSorted(),
  );
});
