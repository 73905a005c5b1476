import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startApi } from './support/api.ts';
import { attacks } from './support/attacks/attacks.ts';
import { isProblem, outcomeOf, sendRaw } from './support/attacks/raw.ts';
import { makeKey } from './support/keys.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** What docs/attacks.md promises: each attack, what comes of it, and the test that says so where it is another one. */
const rows = [...read('../docs/attacks.md').matchAll(/^\| (.+?) +\| (.+?) +\|(?: (.+?) +\|)?$/gm)]
  .map(([, attack = '', outcome = '', test]) => ({ attack, outcome, test }))
  .filter(({ attack }) => !attack.startsWith('Attack') && !attack.startsWith('---'));

it('every attack ends as docs/attacks.md says, and changes nothing else', async () => {
  const api = await startApi();
  const { headers } = await makeKey(api, 'admin');
  const sent = Object.entries(attacks(`Authorization: ${headers.authorization}`));

  const answers = await Promise.all(
    sent.map(async ([name, { bytes, drip }]) => ({ name, answer: await sendRaw(api.port, bytes, drip) })),
  );
  const outcomes = answers.map(({ name, answer }) => [name, outcomeOf(answer)]);

  const promised = rows.filter(({ test }) => test === undefined);
  expect(Object.fromEntries(outcomes)).toEqual(
    Object.fromEntries(promised.map(({ attack, outcome }) => [attack, outcome.replaceAll('`', '')])),
  );
  for (const { name, answer } of answers)
    if (!answer.startsWith('HTTP/1.1 201')) expect(isProblem(answer), name).toBe(true);
  expect(await api.countRows()).toMatchObject({ videos: 1, jobs: 2 });
  expect(await api.storedFiles()).toEqual([expect.stringMatching(/\/objects\/videos\/[\da-f-]{36}$/)]);
  expect(api.log.filter(({ level }) => level === 'error')).toEqual([]);
});

it.each(rows.filter(({ test }) => test !== undefined))('$attack is held by a test', ({ test = '' }) => {
  const [, file = '', title = ''] = /^`(.+?)`: (.+)$/.exec(test) ?? [];

  expect(read(`./${file}`)).toContain(title);
});
