import { basename } from 'node:path';
import { PermanentError } from '../../src/errors.ts';
import type { IsolatedRun } from '../../src/isolated/index.ts';
import type { act } from '../support/act.ts';

/** An isolated handler's module as a project writes it. */
const run: IsolatedRun<typeof act> = async ({ input, log }) => {
  if (input.how === 'fail') throw new PermanentError('this is hopeless');
  if (input.how === 'loop') {
    log.info({}, 'looping');
    for (;;);
  }
  return { text: basename(import.meta.url), pid: process.pid };
};

// oxlint-disable-next-line import/no-default-export -- the thread calls it
export default run;
