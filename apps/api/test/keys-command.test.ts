import { createTestDatabase, spawnProcess } from '@orq/testing';
import { expect, it, onTestFinished } from 'vitest';
import { readCommand } from '../src/command/arguments.ts';

const entry = new URL('../src/entry/orq.ts', import.meta.url);

it('makes a key, lists it without its secret, and revokes it', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const orq = async (...args: string[]) => {
    const command = spawnProcess(entry, { args, env: { DATABASE_URL: database.url } });
    return { ...(await command.exited), output: command.output() };
  };

  const made = await orq(
    'keys',
    'create',
    '--name',
    'shop',
    '--scope',
    'enqueue',
    '--queue',
    'media',
    '--queue',
    'mail',
    '--expires',
    '90d',
    '--json',
  );
  const key = JSON.parse(made.output) as { id: string; key: string; created_at: string; expires_at: string };
  const list = await orq('keys', 'list');
  const revoked = await orq('keys', 'revoke', key.id);
  const none = await orq('keys', 'revoke', '0'.repeat(16));

  expect(key.key).toMatch(/^orq_[\da-f]{16}_[\da-f]{64}$/);
  expect(Date.parse(key.expires_at) - Date.parse(key.created_at)).toBe(90 * 86_400_000);
  expect(JSON.parse(made.output)).toMatchObject({ queues: ['media', 'mail'] });
  expect(list.output).toMatch(new RegExp(`^${key.id} +shop +enqueue +media, mail +until .* never`, 'm'));
  expect(list.output).not.toContain(key.key.slice(-64));
  expect(revoked).toMatchObject({ code: 0, output: `Key ${key.id} (shop) is revoked.\n` });
  expect(none).toMatchObject({ code: 1 });
  expect(none.output).toMatch(/^There is no key 0+: pnpm orq keys list/);
});

it.each([
  [['keys', 'create', '--scope', 'read'], '--name is missing'],
  [['keys', 'create', '--name', 'a\u001b[31m', '--scope', 'read'], '--name takes'],
  [['keys', 'create', '--name', 'a', '--scope', 'root'], '--scope takes read, enqueue, operate, admin'],
  [['keys', 'create', '--name', 'a', '--scope', 'read', '--expires', '3 weeks'], '--expires takes'],
  [
    ['keys', 'create', '--name', 'a', '--scope', 'admin', '--queue', 'b'],
    '--queue limits no key of scope admin',
  ],
  [['keys', 'create', '--name', 'a', '--scope', 'read', '--queue', ''], '--queue takes'],
  [['keys', 'create', 'extra', '--name', 'a', '--scope', 'read'], 'There is no command "keys create extra"'],
  [['keys', 'revoke'], 'revoke takes the id of a key'],
  [['keys', 'revoke', 'x'], 'an id has 16 hexadecimal digits'],
  [['keys', 'list', '--nope'], "Unknown option '--nope'"],
  [['jobs'], 'There is no command "jobs"'],
])('says in one line what is wrong with %j', (argv, words) => {
  expect(() => readCommand(argv)).toThrow(words);
  expect(() => readCommand(argv)).toThrow(/^[^\n]+See pnpm orq --help$/);
});

it.each([[[]], [['--help']], [['keys', 'create', '-h']]])('helps with %j', (argv) => {
  expect(readCommand(argv)).toEqual({ does: 'help' });
});
