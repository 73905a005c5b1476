import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTestServer } from '@orq/testing/postgres-server';
import postgres from 'postgres';
import { repositoryRoot } from '../stack/settings.ts';
import { conclude, readOutcome, summarise } from '../test-run/outcome.ts';
import { packagesWithTests } from '../test-run/packages.ts';
import { runPackages } from '../test-run/run-packages.ts';

/** The packages whose SQL has to run on every version. */
const PACKAGES = ['@orq/db', '@orq/queue'];
/** They test starting the server that comes with orq, whichever server they are told to use. */
const OF_ONE_VERSION = '**/embedded*.test.ts';

/**
 * Runs the suites on a server of its own, and prints a line for it; where something fails, also what, and all output.
 *
 * @param installation the folder of the server's bin/, lib/ and share/
 * @returns whether all tests passed
 */
export async function passesOn(installation: string, request: AbortSignal): Promise<boolean> {
  const startedAt = performance.now();
  const reports = await mkdtemp(path.join(tmpdir(), 'orq-reports-'));
  try {
    const server = await startTestServer(installation);
    try {
      const version = await serverVersion(server.adminUrl);
      const output: string[] = [];
      const env = { ...process.env, ORQ_TEST_DATABASE_URL: server.adminUrl, ORQ_TEST_REPORTS: reports };
      const isWell = await runPackages(
        packagesWithTests(repositoryRoot).filter(({ name }) => PACKAGES.includes(name)),
        {
          concurrency: 1,
          env,
          request,
          args: [`--exclude=${OF_ONE_VERSION}`],
          onOutput: (text) => void output.push(text),
        },
      );

      const outcome = conclude(readOutcome(PACKAGES, reports), isWell, request);
      const isGreen = outcome.failures.length === 0;
      if (!isGreen) process.stdout.write(`${output.join('').trim()}\n\n`);
      for (const failure of outcome.failures) process.stdout.write(`FAILED ${failure}\n`);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      process.stdout.write(`PostgreSQL ${version}: ${summarise(outcome)}, ${seconds} s\n`);
      return isGreen;
    } finally {
      await server.stop();
    }
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
}

/** As the server itself says it: what was tested is what the line names. */
async function serverVersion(url: string): Promise<string> {
  const sql = postgres(url, { max: 1 });
  try {
    const [row] = await sql<{ server_version: string }[]>`SHOW server_version`;
    return row?.server_version ?? 'of no known version';
  } finally {
    await sql.end();
  }
}
