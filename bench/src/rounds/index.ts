import { aged } from './aged.ts';
import { backlog } from './backlog.ts';
import { bulk } from './bulk.ts';
import { held } from './held.ts';
import { latency } from './latency.ts';
import type { Round } from './round.ts';
import { singles } from './singles.ts';
import { together } from './together.ts';
import { wal } from './wal.ts';

/** In the order in which they are run. */
export const ROUNDS: readonly Round[] = [bulk, backlog, latency, singles, wal, together, aged, held];
