import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@orq/db/embedded';

export interface TestServer {
  /** The superuser's URL, to the database `postgres`. */
  adminUrl: string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL for tests in a temporary folder: nothing of it has to survive a crash, so it never syncs.
 *
 * @param installation the folder of the PostgreSQL to run, with its bin/, lib/ and share/; unless given, npm's 18
 */
export async function startTestServer(installation?: string): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-test-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({
      dataDir: path.join(folder, 'postgres'),
      ...(installation === undefined ? {} : { installation }),
      settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: 200 },
    });
    const stop = async (): Promise<void> => {
      await server.stop();
      await remove();
    };
    return { adminUrl: server.url(), stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
