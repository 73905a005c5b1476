import { ProblemError } from './problem.ts';

/** Streams that may be open at once: each holds a connection, and asks the database. */
export interface StreamPlaces {
  /**
   * Takes a place.
   *
   * @returns gives it back, however often it is called
   * @throws {ProblemError} `unavailable`, where all are taken
   */
  take(): () => void;
}

export function createStreamPlaces(most: number): StreamPlaces {
  const taken = new Set<symbol>();
  return {
    take() {
      if (taken.size >= most) {
        const detail = 'Too many streams are open; ask for the job itself, or try again later';
        throw new ProblemError('unavailable', detail, { headers: { 'retry-after': '5' } });
      }
      const place = Symbol('stream');
      taken.add(place);
      return () => void taken.delete(place);
    },
  };
}
