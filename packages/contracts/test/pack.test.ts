import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const here = path.resolve(import.meta.dirname, '..');
const MAX_BYTES = 20_000;

let project = '';
let tarball: Buffer;

/** A TypeScript file of a client project. */
const CLIENT = `
import { createClient, cutAnalysis, defineJob, ProblemError } from '@orq/contracts';
import { type JobHandle, JobFailedError } from '@orq/contracts/client';
import { cutAnalysis as same } from '@orq/contracts/jobs/cut-analysis';
import { openApiDocument } from '@orq/contracts/openapi';
import { z } from 'zod';

const wordCount = defineJob({
  type: 'word_count',
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.int() }),
});
const orq = createClient({ baseUrl: 'http://127.0.0.1:9', maxRetries: 0 });

export async function main(): Promise<number> {
  const job: JobHandle<typeof wordCount> = await orq.jobs.enqueue(wordCount, { text: 'one' }, { priority: -1 });
  const { words } = await job.result({ timeoutMs: 1_000 });
  const video = await orq.api.getVideo({ params: { id: job.id } });
  const { shots } = await orq.jobs.handle(cutAnalysis, video.id).result();
  for await (const event of job.events()) if (event.type === 'progress') console.log(event.progress.toFixed(2));
  // @ts-expect-error: the contract has no such input
  await orq.jobs.enqueue(wordCount, { texts: 'one' });
  // @ts-expect-error: the route has a parameter
  await orq.api.getVideo({});
  return words + shots.length;
}

const failure: unknown = await main().catch((error: unknown) => error);
const known = failure instanceof ProblemError || failure instanceof JobFailedError;
console.log(known, same === cutAnalysis, failure instanceof Error && failure.name, openApiDocument('1').openapi);
`;

/** Packs the package, and lays it out as an install does, in a project outside of this workspace. */
beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'orq-pack-'));
  await run(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: here,
  });
  await run('pnpm', ['pack', '--out', path.join(project, 'contracts.tgz')], { cwd: here });
  tarball = await readFile(path.join(project, 'contracts.tgz'));

  const modules = path.join(project, 'node_modules');
  await mkdir(path.join(modules, '@orq'), { recursive: true });
  await run('tar', ['-xzf', 'contracts.tgz'], { cwd: project });
  await cp(path.join(project, 'package'), path.join(modules, '@orq/contracts'), { recursive: true });
  await symlink(path.dirname(require.resolve('zod/package.json')), path.join(modules, 'zod'));
  await writeFile(path.join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  await writeFile(path.join(project, 'client.ts'), CLIENT);
});

afterAll(() => rm(project, { recursive: true, force: true }));

/** The compilers' packages, by the aliases that package.json gives them. The slower ones take a resolution each. */
const compilers = [
  { compiler: 'typescript-5.9', moduleResolution: 'node16' },
  { compiler: 'typescript', moduleResolution: 'bundler' },
  { compiler: 'typescript-7', moduleResolution: 'node16' },
  { compiler: 'typescript-7', moduleResolution: 'bundler' },
];
const modules = new Map([
  ['node16', 'node16'],
  ['bundler', 'esnext'],
]);

describe('packed, and installed elsewhere', () => {
  test.each(compilers)(
    'it typechecks under $compiler with $moduleResolution',
    async ({ compiler, moduleResolution }) => {
      const module = modules.get(moduleResolution);
      const options = {
        target: 'es2022',
        lib: ['es2023', 'dom', 'dom.asynciterable'],
        types: [],
        strict: true,
        noEmit: true,
      };
      const file = path.join(project, `tsconfig.${compiler}.${moduleResolution}.json`);
      const compilerOptions = { ...options, module, moduleResolution, exactOptionalPropertyTypes: true };
      await writeFile(file, JSON.stringify({ compilerOptions, files: ['client.ts'] }));

      const tsc = path.join(path.dirname(require.resolve(`${compiler}/package.json`)), 'bin/tsc');
      const { stdout } = await run(process.execPath, [tsc, '-p', file]).catch(
        (error: { stdout: string }) => error,
      );

      expect(stdout).toBe('');
    },
  );

  test('it runs', async () => {
    await build({
      entryPoints: [path.join(project, 'client.ts')],
      outfile: path.join(project, 'client.js'),
      format: 'esm',
    });

    const { stdout } = await run(process.execPath, ['client.js'], { cwd: project });

    expect(stdout).toBe('false true NetworkError 3.1.0\n');
  });

  test('publint finds nothing', async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(tarball).buffer },
      strict: true,
    });

    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('its types are found where its code is', async () => {
    const entrypoints = ['.', './client', './openapi', './jobs/cut-analysis'];
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)), {
      entrypoints,
    });

    // It is for ES modules alone, and for resolvers that read \`exports\`.
    const passedOver = new Set(['NoResolution', 'CJSResolvesToESM']);
    const problems = 'problems' in analysis ? analysis.problems : [{ kind: 'untyped' }];
    const entries = 'entrypoints' in analysis ? Object.keys(analysis.entrypoints) : [];
    expect(problems.filter(({ kind }) => !passedOver.has(kind))).toEqual([]);
    expect(entries).toEqual(entrypoints);
  });

  test('all of it, without zod, weighs less than 20 kB', async () => {
    const entry = { contents: "export * from '@orq/contracts'", resolveDir: project };
    const { outputFiles } = await build({
      stdin: entry,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      external: ['zod'],
      write: false,
    });

    const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(MAX_BYTES);
  });
});
