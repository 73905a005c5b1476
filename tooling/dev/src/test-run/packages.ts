import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const Manifest = z.object({ name: z.string(), scripts: z.record(z.string(), z.string()).default({}) });

/** Where pnpm-workspace.yaml says that packages are. */
const ROOMS = ['apps', 'packages', 'tooling'];

export interface TestedPackage {
  name: string;
  folder: string;
}

/** What takes longest begins first, so that no core waits at the end: in the order of the CPU time that they take. */
const LONGEST_FIRST = [
  'queue',
  'api',
  'dev',
  'runtimes',
  'media',
  'handlers',
  'contracts',
  'chaos',
  'worker',
];

/** The packages of this repository that have a test script, in the order in which they are best run. */
export function packagesWithTests(repositoryRoot: string): TestedPackage[] {
  const packages = ROOMS.flatMap((room) =>
    readdirSync(path.join(repositoryRoot, room)).map((name) => path.join(repositoryRoot, room, name)),
  )
    .filter((folder) => existsSync(path.join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => manifest.scripts.test !== undefined)
    .map(({ folder, manifest }) => ({ name: manifest.name, folder }));
  return packages.toSorted((a, b) => place(a) - place(b));
}

const readManifest = (folder: string) =>
  Manifest.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));

function place({ name }: TestedPackage): number {
  const index = LONGEST_FIRST.indexOf(name.slice('@orq/'.length));
  return index < 0 ? LONGEST_FIRST.length : index;
}
