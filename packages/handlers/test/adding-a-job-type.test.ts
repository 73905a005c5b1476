import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connect } from '@orq/db';
import { createQueue } from '@orq/queue';
import { createTestDatabase, spawnProcess, waitFor } from '@orq/testing';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The TypeScript blocks of the README, by the path in their first line. */
async function readmeFiles(): Promise<Map<string, string>> {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const blocks = readme.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g);
  return new Map([...blocks].map(([, file = '', code = '']) => [file, code]));
}

/** A copy of the sources beside which the README's files can be laid, on the same installed dependencies. */
async function copyOfTheHouse(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'orq-readme-'));
  const source = (from: string) =>
    !/\/(node_modules|dist|\.turbo|test)(\/|$)/.test(from.slice(root.length - 1));
  for (const room of ['apps/worker', 'packages', 'tooling/tsconfig']) {
    await cp(path.join(root, room), path.join(copy, room), { recursive: true, filter: source });
  }
  return copy;
}

/** Each package of the copy gets its dependencies from the original, but orq's own packages from the copy. */
async function link(copy: string): Promise<void> {
  const rooms = ['contracts', 'db', 'queue', 'media', 'storage', 'settings', 'handlers'].map(
    (name) => `packages/${name}`,
  );
  for (const room of [...rooms, 'apps/worker']) {
    const modules = path.join(copy, room, 'node_modules');
    await mkdir(path.join(modules, '@orq'), { recursive: true });
    const {
      dependencies = {},
      optionalDependencies = {},
      devDependencies = {},
    } = JSON.parse(await readFile(path.join(copy, room, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })) {
      const own = name === '@orq/tsconfig' ? 'tooling/tsconfig' : `packages/${name.slice('@orq/'.length)}`;
      const target = name.startsWith('@orq/')
        ? path.join(copy, own)
        : path.join(root, room, 'node_modules', name);
      await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
      await symlink(target, path.join(modules, name));
    }
  }
}

/** Throws with the compiler's words where the sources, or the README's script beside them, do not typecheck. */
async function typecheck(folder: string): Promise<void> {
  await writeFile(
    path.join(folder, 'tsconfig.readme.json'),
    JSON.stringify({ extends: './tsconfig.json', include: ['src', 'enqueue-word-count.ts'] }),
  );
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', 'tsconfig.readme.json'], { cwd: folder }).catch(
    (error: unknown) => {
      throw new Error(`the README does not typecheck:\n${(error as { stdout?: string }).stdout}`, {
        cause: error,
      });
    },
  );
}

test('what the README says adds a job type: one contract, one handler file, one registry line', async () => {
  const files = await readmeFiles();
  const copy = await copyOfTheHouse();
  const database = await createTestDatabase();
  const sql = connect(database.url, { max: 1 });
  try {
    await link(copy);
    for (const [file, code] of files) {
      const isRegistry = file.endsWith('/registry.ts');
      const isScript = !file.includes('/');
      const place = path.join(copy, isScript ? 'packages/handlers' : '', file);
      await (isRegistry ? appendFile(place, code) : writeFile(place, code));
    }

    await typecheck(path.join(copy, 'packages/handlers'));
    const worker = spawnProcess(path.join(copy, 'apps/worker/src/main.ts'), {
      env: { DATABASE_URL: database.url, WORKER_HEALTH_PORT: '0', ORQ_DATA_DIR: path.join(copy, '.orq') },
    });
    const enqueue = spawnProcess(path.join(copy, 'packages/handlers/enqueue-word-count.ts'), {
      env: { DATABASE_URL: database.url },
    });
    await enqueue.exited;
    const id = enqueue.output().trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);

    const queue = createQueue({ sql });
    await waitFor(async () => (await queue.get(id))?.status === 'completed', {
      describe: () => `the README's job to complete:\n${worker.output()}`,
    });

    expect((await queue.get(id))?.result).toEqual({ words: 3 });
    await worker.kill();
  } finally {
    await sql.end({ timeout: 5 });
    await database.drop();
    await rm(copy, { recursive: true, force: true });
  }
});
