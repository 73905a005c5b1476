import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { spawnProcess } from '@orq/testing';
import { expect, test } from 'vitest';

const CHAOS = new URL('../src/chaos.ts', import.meta.url);

/** Within eight seconds it has all but the mildest faults. */
const EVENTFUL_SEED = '9039';

const jobsIn = (output: string) => /is there \((\d+) jobs/.exec(output)?.[1];

test('a short run injects faults, finds every promise kept, and says so', async () => {
  const run = spawnProcess(CHAOS, { args: ['--seed', EVENTFUL_SEED, '--minutes', '0.14'] });

  const { code } = await run.exited;

  const output = run.output();
  expect(output).toMatch(/injected \d+ faults: kill worker [1-9]/);
  expect(output).toMatch(/ok {8}no committed job is lost \([1-9]\d* committed/);
  expect(output).toMatch(/ok {8}no serial key runs .*\([1-9]\d* runs of [1-9]\d* jobs/);
  expect(output).toMatch(/ok {8}a cancel does what was answered \([1-9]\d* asked for: [1-9]/);
  expect(output).toMatch(/ok {8}a cancel reaches .*\(no fault in flight: [1-9]/);
  expect(output).toMatch(/ok {8}what was put off .*\([1-9]\d* snoozes, [1-9]/);
  expect(output.trimEnd().split('\n').at(-1)).toBe(
    `chaos passed: seed ${EVENTFUL_SEED}, ${jobsIn(output)} jobs, 9 faults`,
  );
  expect(code).toBe(0);
});

test('Ctrl-C ends the run, and all that it has started', async () => {
  const run = spawnProcess(CHAOS, { args: ['--seed', EVENTFUL_SEED, '--minutes', '5'] });
  await run.waitForOutput('kill worker');

  const { code } = await run.kill('SIGINT');

  expect(code).toBe(130);
  const folder = /logs in (\S+)/.exec(run.output())?.[1] ?? '';
  expect(folder).not.toBe('');
  expect(existsSync(folder)).toBe(false);
  expect(execFileSync('ps', ['-ww', '-eo', 'command'], { encoding: 'utf8' })).not.toContain(folder);
});
