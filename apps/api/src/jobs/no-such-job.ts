import { ProblemError } from '../problem.ts';

/** The same words for a job that is not there and for one that is out of reach: nobody can tell them apart. */
export const noSuchJob = (id: string) => new ProblemError('not-found', `There is no job ${id}`);
