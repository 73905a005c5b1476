export { borrowTestDatabase, type BorrowedDatabase } from './borrowed-database.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export {
  spawnCommand,
  spawnProcess,
  type ProcessExit,
  type SpawnedProcess,
  type SpawnOptions,
} from './spawn-process.ts';
export { WITHIN_A_SECOND } from './within-a-second.ts';
export { waitFor, type WaitOptions } from './wait-for.ts';
