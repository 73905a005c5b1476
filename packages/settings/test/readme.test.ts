import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settings } from '../src/index.ts';

test('the README lists every setting, with its default and its meaning', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /\n## Settings\n([\s\S]*?)\n## /.exec(readme) ?? [];

  const listed = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  expect(listed).toEqual(
    Object.entries(settings).map(([name, setting]) => [`\`${name}\``, setting.default, setting.about]),
  );
});
