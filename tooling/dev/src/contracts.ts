import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { builtInJobs, routes } from '@orq/contracts';
import { compareSnapshots } from './contract-snapshot/compare.ts';
import { type Snapshot, takeSnapshot } from './contract-snapshot/snapshot.ts';
import { repositoryRoot } from './stack/settings.ts';

const file = path.join(repositoryRoot, 'packages/contracts/contract.snapshot.json');

const { values } = parseArgs({
  options: {
    /** Writes the snapshot anew where nothing breaks. */
    update: { type: 'boolean', default: false },
    /** Writes it whatever breaks. */
    'accept-breaking': { type: 'boolean', default: false },
  },
});

const before = JSON.parse(readFileSync(file, 'utf8')) as Snapshot;
const after = takeSnapshot(routes, builtInJobs);
const { breaking, compatible } = compareSnapshots(before, after);

const fail = (lines: readonly string[], advice: string) => {
  process.stderr.write(`${lines.map((line) => `  ${line}`).join('\n')}\n${advice}\n`);
  process.exitCode = 1;
};

if (breaking.length > 0 && !values['accept-breaking']) {
  fail(
    breaking,
    'These changes break clients or jobs that are already there: add instead (a new field, route or job type). Where\n' +
      'nobody can depend on it yet: pnpm contracts --update --accept-breaking',
  );
} else if (values.update) {
  writeFileSync(file, `${JSON.stringify(after, null, 2)}\n`);
} else if (breaking.length + compatible.length > 0) {
  fail([...breaking, ...compatible], 'Nothing breaks by this. Take it down: pnpm contracts --update');
}
