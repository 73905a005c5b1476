/** How many were right, of those found and of those labelled. */
export interface Counts {
  correct: number;
  found: number;
  labelled: number;
}

export const NOTHING: Counts = { correct: 0, found: 0, labelled: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({
  correct: a.correct + b.correct,
  found: a.found + b.found,
  labelled: a.labelled + b.labelled,
});

/** Fractions, null where there is nothing to divide by. */
export interface Rates {
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

/** F1 is the harmonic mean of precision and recall (van Rijsbergen, 1979). */
export function rates({ correct, found, labelled }: Counts): Rates {
  const divide = (part: number, of: number) => (of === 0 ? null : part / of);
  return {
    precision: divide(correct, found),
    recall: divide(correct, labelled),
    f1: divide(2 * correct, found + labelled),
  };
}

/** How many of those labelled were found. */
export type Share = Pick<Counts, 'correct' | 'labelled'>;

export const addShares = (a: Share, b: Share): Share => ({
  correct: a.correct + b.correct,
  labelled: a.labelled + b.labelled,
});
