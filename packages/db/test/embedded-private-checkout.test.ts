import { cp } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { chooseAccount } from '../src/embedded/account.ts';
import { findBinaries, type Binaries } from '../src/embedded/binaries.ts';
import { openCluster } from '../src/embedded/cluster.ts';
import { findFreePort } from '../src/embedded/free-port.ts';
import { startServer } from '../src/embedded/server.ts';
import { ask, scratchDataDir } from './embedded/scratch.ts';

/** As in a checkout in root's home: the user that the server runs as can not enter the folder. */
async function copyInto(folder: string): Promise<Binaries> {
  const { root, postgres, initdb } = await findBinaries();
  const copy = path.join(folder, 'postgresql');
  await cp(root, copy, { recursive: true });
  const moved = (file: string): string => path.join(copy, path.relative(root, file));
  return { root: copy, postgres: moved(postgres), initdb: moved(initdb) };
}

test('runs binaries from a folder that only its user may enter, root included', async () => {
  const folder = path.resolve(await scratchDataDir(), '../..');
  const dataDir = path.join(folder, 'postgres');
  const binaries = await copyInto(folder);
  const account = chooseAccount(binaries, dataDir, folder);
  const port = await findFreePort();

  const password = await openCluster({ dataDir, binaries, account, sync: false });
  const server = await startServer({
    dataDir,
    binaries,
    account,
    port,
    settings: {},
    onLog: () => undefined,
  });

  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  await expect(ask(url, 'SELECT 1').finally(() => server.stop())).resolves.toBe(1);
});
