import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Contender } from './contender.ts';

const run = promisify(execFile);

// Beside the source of this file: the compiler leaves it where it is.
const script = fileURLToPath(new URL('../../../../src/cuts/contenders/pyscenedetect.py', import.meta.url));

const Version = z.object({ version: z.string() });
const Cuts = z.object({ cuts: z.array(z.int().min(0)) });

/**
 * PySceneDetect's two detectors of cuts, each at its defaults.
 *
 * @param checkout a folder that holds its package `scenedetect`
 * @param python one that can import numpy and cv2
 * @throws {Error} that says what is missing
 */
export async function pySceneDetect(checkout: string, python: string): Promise<Contender[]> {
  let version: string;
  try {
    const { stdout } = await run(python, [script, checkout, 'version', '']);
    ({ version } = Version.parse(JSON.parse(stdout)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `PySceneDetect does not run. It takes a checkout of it (--pyscenedetect DIR), and a Python with numpy and ` +
        `OpenCV (--python FILE; on Debian, apt-get install python3-opencv).\n${why}`,
      { cause: error },
    );
  }
  return ['adaptive', 'content'].map((detector) => ({
    name: `PySceneDetect ${detector}`,
    about: `PySceneDetect ${version}, its ${detector} detector at its defaults`,
    isTyped: false,
    command: (video) => ({ file: python, args: [script, checkout, detector, video] }),
    parse: ({ stdout }) =>
      Cuts.parse(JSON.parse(stdout)).cuts.map((frame) => ({ type: 'cut' as const, frame })),
  }));
}
