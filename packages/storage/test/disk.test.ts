import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DiskStore } from '../src/disk.ts';
import { describeObjectStore } from './object-store-conformance.ts';

const roots: string[] = [];

async function newRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'orq-storage-'));
  roots.push(root);
  return root;
}

afterEach(async () => {
  await Promise.all(roots.splice(0).map((root) => rm(root, { recursive: true, force: true })));
});

describeObjectStore('the disk', async () => new DiskStore(join(await newRoot(), 'made', 'when-needed')));

describe('the disk', () => {
  it('removes the parts of writers that died long ago, and leaves those that still write', async () => {
    const root = await newRoot();
    const store = new DiskStore(root);
    await mkdir(join(root, 'incoming'));
    await writeFile(join(root, 'incoming', 'dead.part'), 'half');
    await utimes(join(root, 'incoming', 'dead.part'), new Date(0), new Date(0));
    await writeFile(join(root, 'incoming', 'alive.part'), 'half');

    const deleted = await store.deleteUnfinished(new Date(Date.now() - 60_000));

    expect(deleted).toBe(1);
    expect(await readdir(join(root, 'incoming'))).toEqual(['alive.part']);
  });

  it('fails its check with the reason when it cannot write', async () => {
    const root = await newRoot();
    await writeFile(join(root, 'a-file'), '');

    const store = new DiskStore(join(root, 'a-file'));

    await expect(store.check()).rejects.toThrow('ENOTDIR');
  });
});
