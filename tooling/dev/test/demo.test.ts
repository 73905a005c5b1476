import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTestDatabase, spawnProcess, type SpawnedProcess } from '@orq/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

const demoFile = new URL('../src/demo.ts', import.meta.url);
const apiFile = new URL('../../../apps/api/src/entry/node.ts', import.meta.url);

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-demo-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An api on a database and a folder of its own. @returns where it is */
async function startApi(env: { WORKER_ENABLED: 'true' | 'false' }): Promise<string> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const STORAGE_URL = pathToFileURL(await temporaryFolder()).href;
  const api = spawnProcess(apiFile, { env: { PORT: '0', DATABASE_URL: database.url, STORAGE_URL, ...env } });
  onTestFinished(async () => void (await api.kill('SIGKILL')));
  await api.waitForOutput('"api ready"');
  return /"url":"(http[^"]+)"/.exec(api.output())?.[1] ?? '';
}

function startDemo(args: string[], cwd?: string): SpawnedProcess {
  const demo = spawnProcess(demoFile, { args, env: { INIT_CWD: cwd } });
  onTestFinished(async () => void (await demo.kill('SIGKILL')));
  return demo;
}

describe('the demo', () => {
  it('finds every cut of the sample that it renders, and shows its clips', async () => {
    const url = await startApi({ WORKER_ENABLED: 'true' });

    const demo = startDemo(['--url', url, '--title', 'Sample']);

    expect(await demo.exited).toMatchObject({ code: 0 });
    expect(demo.output()).toContain('Uploading 100%');
    expect(demo.output()).toContain('Analysing 100%');
    expect(demo.output()).toMatch(/0:12\.000 of video, 6 shots, 3 clips/);
    expect(demo.output()).toContain('All 5 known cuts were found, and no other.');
    const [, media = ''] = /^clip 3 +(\S+)$/m.exec(demo.output()) ?? [];
    expect((await fetch(media)).headers.get('content-type')).toBe('video/mp4');
    const [, video = ''] = /^video +(\S+)$/m.exec(demo.output()) ?? [];
    expect(await (await fetch(video)).json()).toMatchObject({ title: 'Sample', filename: 'sample.mp4' });
  });

  it('says why a job failed', async () => {
    const url = await startApi({ WORKER_ENABLED: 'true' });
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'not-a-video.mp4'), 'text');

    const demo = startDemo(['not-a-video.mp4', '--url', url], folder);

    expect(await demo.exited).toMatchObject({ code: 1 });
    expect(demo.output()).toMatch(/^The job failed: .*not a video/m);
  });

  it('ends at Ctrl-C, and says where the job that it leaves behind is', async () => {
    const url = await startApi({ WORKER_ENABLED: 'false' });
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'a.mp4'), 'text');
    const demo = startDemo(['a.mp4', '--url', url], folder);
    await demo.waitForOutput('Analysing');

    const end = await demo.kill('SIGINT');

    expect(end).toMatchObject({ code: 130 });
    expect(demo.output()).toMatch(/Stopped\. The job goes on: http\S+\/jobs\/\S+\n$/);
  });

  it('says in one line what it cannot do', async () => {
    const nowhere = ['--url', 'http://127.0.0.1:9'];
    const folder = await temporaryFolder();
    const demos = [startDemo(nowhere), startDemo(['missing.mp4', ...nowhere], folder), startDemo(['--nope'])];

    const ends = await Promise.all(demos.map((demo) => demo.exited));

    expect(ends.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(demos.map((demo) => demo.output())).toEqual([
      'Nothing answers at http://127.0.0.1:9: start the stack with pnpm dev\n',
      `There is no file ${path.join(folder, 'missing.mp4')}\n`,
      "Unknown option '--nope'. See pnpm demo --help\n",
    ]);
  });
});
