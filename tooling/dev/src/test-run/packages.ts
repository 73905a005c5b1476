import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const Manifest = z.object({ name: z.string(), scripts: z.record(z.string(), z.string()).default({}) });

/** Where pnpm-workspace.yaml says that packages are. */
const ROOMS = ['apps', 'packages', 'tooling'];

/** The names of the packages of this repository that have a test script. */
export function packagesWithTests(repositoryRoot: string): string[] {
  return ROOMS.flatMap((room) =>
    readdirSync(path.join(repositoryRoot, room)).map((name) => path.join(room, name)),
  )
    .map((folder) => path.join(repositoryRoot, folder, 'package.json'))
    .filter((manifest) => existsSync(manifest))
    .map((manifest) => Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8'))))
    .filter(({ scripts }) => scripts.test !== undefined)
    .map(({ name }) => name);
}
