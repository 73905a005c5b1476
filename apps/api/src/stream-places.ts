import { ProblemError } from './problem.ts';

/** Streams that may be open at once: each holds a connection, and asks the database. */
export interface StreamPlaces {
  /**
   * Takes a place.
   *
   * @returns gives it back, however often it is called
   * @throws {ProblemError} `rate-limited`, where this caller has its share; `unavailable`, where all are taken
   */
  take(whose: string): () => void;
}

/** One caller has this share of the places at most, so that it can not shut out the others. */
const SHARE = 1 / 4;

const RETRY_AFTER = { headers: { 'retry-after': '5' } };

export function createStreamPlaces(most: number): StreamPlaces {
  const share = Math.ceil(most * SHARE);
  const open = new Map<string, number>();
  let total = 0;

  function leave(whose: string): void {
    const left = (open.get(whose) ?? 1) - 1;
    total -= 1;
    if (left > 0) open.set(whose, left);
    else open.delete(whose);
  }

  return {
    take(whose) {
      if (total >= most) {
        const detail = 'Too many streams are open; ask for the job itself, or try again later';
        throw new ProblemError('unavailable', detail, RETRY_AFTER);
      }
      const others = open.get(whose) ?? 0;
      if (others >= share) {
        const detail = `You have ${others} streams open, and no more are given to one; close some of them`;
        throw new ProblemError('rate-limited', detail, RETRY_AFTER);
      }
      open.set(whose, others + 1);
      total += 1;
      let left = false;
      return () => {
        if (!left) leave(whose);
        left = true;
      };
    },
  };
}
