import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { analyzeCuts, MediaError } from '../src/index.ts';
import { badInputs, renderSeeds, type Seeds } from './builders/bad-inputs/index.ts';
import { useWorkspace } from './builders/workspace.ts';

/** What the docs promise of each input: one outcome, or several where builds of ffmpeg differ. */
const table = new Map(
  [
    ...(await readFile(new URL('../docs/bad-input.md', import.meta.url), 'utf8')).matchAll(
      /^\| (.+?) +\| (.+?) +\|$/gm,
    ),
  ].map(([, input = '', outcomes = '']) => [input, outcomes.replaceAll('`', '').split(' or ')]),
);

const workspace = useWorkspace();
let seeds: Seeds;
beforeAll(async () => {
  seeds = await renderSeeds(workspace);
});

describe.concurrent('an input that is', () => {
  test.each(Object.entries(badInputs))('%s', async (name, { extension = 'mp4', build }) => {
    const file = await build(seeds, workspace.path(`${name.replaceAll(/\W+/g, '-')}.${extension}`));

    const outcome = await outcomeOf(file);

    expect(table.get(name) ?? 'a row in docs/bad-input.md').toContain(outcome);
  });
});

async function outcomeOf(file: string): Promise<string> {
  try {
    const { shots } = await analyzeCuts(file, { ffmpeg: seeds.ffmpeg });
    return shots.length === 1 ? '1 shot' : `${shots.length} shots`;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    return error.code;
  }
}
