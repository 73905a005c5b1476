import { installBinaries } from '../../src/binaries.ts';

/** Runs once, before the tests. */
export default installBinaries;
