import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Ffmpeg, resolveFfmpeg } from '../../src/index.ts';

export interface Workspace {
  ffmpeg: Ffmpeg;
  /** Path of a file in a folder of this test file's own. */
  path: (name: string) => string;
}

/** A working ffmpeg and an empty folder that is removed after the tests of the file. */
export function useWorkspace(): Workspace {
  let ffmpeg: Ffmpeg | undefined;
  let folder: string | undefined;
  beforeAll(async () => {
    ffmpeg = await resolveFfmpeg();
    folder = await mkdtemp(join(tmpdir(), 'orq-media-'));
  });
  afterAll(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });
  return {
    get ffmpeg() {
      if (!ffmpeg) throw new Error('The workspace is ready only inside of a test.');
      return ffmpeg;
    },
    path: (name) => join(folder ?? '', name),
  };
}
