import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { binaries } from './binaries.ts';

/** How a program is run: from the packages' sources, as `pnpm dev` does. */
export interface Command {
  program: string;
  args: readonly string[];
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const require = createRequire(import.meta.url);
const typescriptLoader = pathToFileURL(require.resolve('tsx')).href;

const onNode = (file: string): Command => ({
  program: process.execPath,
  args: ['--conditions=@orq/source', '--import', typescriptLoader, fromRoot(file)],
});
const onBun = (file: string): Command => ({
  program: binaries.bun,
  args: ['--conditions=@orq/source', fromRoot(file)],
});
const onDeno = (file: string): Command => ({
  program: binaries.deno,
  args: ['run', '--allow-all', '--no-check', '--conditions=@orq/source', fromRoot(file)],
});

/** The api by each runtime's entry. */
export const apis: Readonly<Record<'Node' | 'Bun' | 'Deno' | 'workerd', Command>> = {
  Node: onNode('apps/api/src/entry/node.ts'),
  Bun: onBun('apps/api/src/entry/bun.ts'),
  Deno: onDeno('apps/api/src/entry/deno.ts'),
  workerd: {
    program: binaries.workerd,
    args: ['serve', fromRoot('apps/api/workerd.capnp'), '--socket-addr=http=127.0.0.1:0', '--control-fd=1'],
  },
};

/** A client of the api. */
export const clients: Readonly<Record<'Node' | 'Bun' | 'Deno', Command>> = {
  Node: onNode('tooling/runtimes/test/processes/client.ts'),
  Bun: onBun('tooling/runtimes/test/processes/client.ts'),
  Deno: onDeno('tooling/runtimes/test/processes/client.ts'),
};

/** Makes an api key, and prints it. */
export const keyCommand = onNode('apps/api/src/entry/orq.ts');

/** The worker, which needs processes: workerd has none. */
export const workers: Readonly<Record<'Node' | 'Bun' | 'Deno', Command>> = {
  Node: onNode('apps/worker/src/main.ts'),
  Bun: onBun('apps/worker/src/main.ts'),
  Deno: onDeno('apps/worker/src/main.ts'),
};
