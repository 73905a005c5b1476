import { describe, expect, it } from 'vitest';
import { readArguments } from '../src/postgres-versions/arguments.ts';
import { availableVersions } from '../src/postgres-versions/servers.ts';

const available = ['14', '15', '18'];

describe('the arguments of test:postgres', () => {
  it('name all versions that there are unless they name some', () => {
    expect(readArguments([], available)).toEqual({ versions: available, help: false });
  });

  it('keep their order, each version once', () => {
    expect(readArguments(['18', '14', '18'], available).versions).toEqual(['18', '14']);
  });

  it.each(['13', '14.2', '', '../14'])('are refused, with the choice, when one is %j', (version) => {
    expect(() => readArguments([version], available)).toThrow(/There is no PostgreSQL .*but 14, 15, 18\./);
  });

  it('are refused by one line that tells of --help when they make no sense', () => {
    expect(() => readArguments(['--all'], available)).toThrow(
      /^Unknown option '--all'\. See pnpm test:postgres --help$/,
    );
  });

  it('say where there are no servers at all', () => {
    expect(() => readArguments([], [])).toThrow('There are no PostgreSQL servers to install for');
  });
});

it('brings every version since 15 for this machine, the oldest first', () => {
  expect(availableVersions().filter((version) => Number(version) >= 15)).toEqual(['15', '16', '17', '18']);
});
