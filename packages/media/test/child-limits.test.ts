import { spawnProcess, waitFor, WITHIN_A_SECOND } from '@orq/testing';
import { expect, test } from 'vitest';
import { residentFromProc, residentFromPs } from '../src/ffmpeg/resident-memory.ts';
import { run, type RunOptions } from '../src/ffmpeg/run.ts';
import { FfmpegError, MediaError } from '../src/index.ts';
import { isChildRunning, isRunning, pidOf, started, stubbornWrapper, wrapper } from './builders/wrapper.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();

/** An encoding that takes a minute and writes neither to stdout nor to stderr. */
const SILENT = [
  '-nostdin',
  '-v',
  'quiet',
  '-re',
  '-f',
  'lavfi',
  '-i',
  'testsrc2=duration=60',
  '-f',
  'null',
  '-',
];

function failureOf(binary: string, args: string[], limits: Partial<RunOptions>): Promise<unknown> {
  return run(binary, args, { stallMs: 60_000, ...limits }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test(
  'an abort ends a wrapper that is deaf to SIGTERM, and the ffmpeg it started, within a second',
  WITHIN_A_SECOND,
  async () => {
    const binary = await stubbornWrapper(workspace, 'stubborn', workspace.ffmpeg.ffmpeg);
    const abort = new AbortController();
    const failure = failureOf(binary, SILENT, { signal: abort.signal });
    await started(binary);

    const abortedAt = performance.now();
    abort.abort('cancelled');

    expect(await failure).toBe('cancelled');
    expect(performance.now() - abortedAt).toBeLessThan(1000);
    expect(await isRunning(binary)).toBe(false);
    expect(await isChildRunning(binary)).toBe(false);
  },
);

test.each([
  ['ffmpeg', async () => workspace.ffmpeg.ffmpeg],
  ['ffmpeg behind a script', () => stubbornWrapper(workspace, 'script', workspace.ffmpeg.ffmpeg)],
])('%s that outgrows its memory is ended, and the file is to blame', async (_, binary) => {
  const large = SILENT.map((arg) => arg.replace('testsrc2=', 'testsrc2=size=3840x2160:'));

  const error = await failureOf(await binary(), large, { maxMemoryBytes: 20e6 });

  expect(error).toBeInstanceOf(MediaError);
  expect(error).toMatchObject({
    code: 'needs_too_much_memory',
    message:
      'Reading this video takes more memory than is allowed. Scale it down, or export it again as H.264.',
  });
});

test('ps and /proc tell the same memory', async ({ skip }) => {
  if (process.platform !== 'linux') skip('There is no /proc here to compare with.');
  const binary = await stubbornWrapper(workspace, 'measured', workspace.ffmpeg.ffmpeg);
  const abort = new AbortController();
  const failure = failureOf(binary, SILENT, { signal: abort.signal });
  await started(binary);
  const pid = await pidOf(binary);

  await waitFor(
    async () => residentFromProc(pid) > 5e6 && residentFromProc(pid) === (await residentFromPs(pid)),
    {
      describe: 'both give the same number of bytes',
    },
  );
  abort.abort();
  await failure;
});

test('an ffmpeg that talks on without an end is ended after its time', async () => {
  const binary = await wrapper(workspace, 'chatty', 'while :; do echo "[error] on and on" >&2; done');

  const error = await failureOf(binary, [], { timeoutMs: 300 });

  expect(error).toBeInstanceOf(FfmpegError);
  expect(error).toMatchObject({
    code: 'timed_out',
    message: expect.stringMatching(
      /^chatty was not done after 0\.3 s and was ended\. Its last lines:\n\[error\] on and on/,
    ),
  });
  expect(await isRunning(binary)).toBe(false);
});

test('a silent ffmpeg does not outlive a worker that is killed', async () => {
  const binary = await stubbornWrapper(workspace, 'orphan', workspace.ffmpeg.ffmpeg);
  const worker = spawnProcess(new URL('./fixtures/runs-ffmpeg.ts', import.meta.url), {
    args: [binary, ...SILENT],
  });
  await started(binary);
  expect(await isChildRunning(binary)).toBe(true);

  await worker.kill('SIGKILL');

  await waitFor(async () => !(await isRunning(binary)) && !(await isChildRunning(binary)), {
    describe: 'the wrapper and its ffmpeg are gone',
  });
});
