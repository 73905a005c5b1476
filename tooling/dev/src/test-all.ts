import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { resolveFfmpeg } from '@orq/media';
import { startTestServer } from '@orq/testing/postgres-server';
import { listenForStop } from './lifetime/stop-signal.ts';
import { watchWrappers } from './lifetime/wrappers.ts';
import { repositoryRoot } from './stack/settings.ts';
import { conclude, readOutcome, summarise, type Outcome } from './test-run/outcome.ts';
import { packagesWithTests } from './test-run/packages.ts';
import { runPackages } from './test-run/run-packages.ts';

/**
 * Every package's tests, each run for real, on one PostgreSQL that they share. They run the ffmpeg that npm brings, so that
 * they do the same everywhere; FFMPEG_PATH and FFPROBE_PATH name another.
 */
async function testAll(request: AbortSignal): Promise<Outcome> {
  const reports = await mkdtemp(path.join(tmpdir(), 'orq-reports-'));
  const server = await startTestServer();
  try {
    const packages = packagesWithTests(repositoryRoot);
    const bundled = await resolveFfmpeg({ env: { PATH: '' } });
    const ffmpeg = { FFMPEG_PATH: bundled.ffmpeg, FFPROBE_PATH: bundled.ffprobe };
    const ours = { ORQ_TEST_DATABASE_URL: server.adminUrl, ORQ_TEST_REPORTS: reports };
    const env = { ...ffmpeg, ...process.env, ...ours };
    // One more than there are cores: tests of leases and timeouts wait for half of their time.
    const concurrency = availableParallelism() + 1;
    const isWell = await runPackages(packages, { concurrency, env, request });
    const names = packages.map(({ name }) => name);
    return conclude(readOutcome(names, reports), isWell, request);
  } finally {
    await server.stop();
    await rm(reports, { recursive: true, force: true });
  }
}

const request = listenForStop(() => process.exit(130));
watchWrappers(request.stop);
const outcome = await testAll(request.signal);
const lines = outcome.failures.map((failure) => `FAILED ${failure}`);
process.stdout.write(`\n${[...lines, summarise(outcome)].join('\n')}\n`);
process.exit(outcome.failures.length === 0 ? 0 : 1);
