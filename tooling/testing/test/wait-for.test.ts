import { expect, test } from 'vitest';
import { waitFor } from '../src/index.ts';

test('returns what the condition gives once it is truthy', async () => {
  const answers = [undefined, 0, 'here'];

  await expect(waitFor(() => answers.shift(), { describe: 'an answer came' })).resolves.toBe('here');
});

test('says what it waited for, and what was there instead', async () => {
  const waiting = waitFor(() => false, { timeoutMs: 30, describe: () => 'the job ran, but it is pending' });

  await expect(waiting).rejects.toThrow('Waited in vain, for 30 ms, until the job ran, but it is pending');
});

test('ends at once with an error of the condition itself', async () => {
  const waiting = waitFor(() => Promise.reject(new Error('connection lost')), { describe: 'never' });

  await expect(waiting).rejects.toThrow('connection lost');
});
