import { fileURLToPath } from 'node:url';
import { installApart } from '@orq/testing/install-apart';

const FOLDER = fileURLToPath(new URL('../binaries/', import.meta.url));

/** The programs, once they are installed. */
export const binaries = {
  bun: `${FOLDER}node_modules/bun/bin/bun.exe`,
  deno: `${FOLDER}node_modules/deno/deno`,
  workerd: `${FOLDER}node_modules/workerd/bin/workerd`,
} as const;

/** @throws {Error} when pnpm could not */
export const installBinaries = (): Promise<void> => installApart(FOLDER, 'Bun, Deno and workerd');
