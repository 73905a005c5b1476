export interface Pair<Found, Labelled> {
  found: Found;
  labelled: Labelled;
}

/**
 * Pairs what was found with what is labelled, each at most once, greedily: the best pairs first.
 *
 * @param quality of a pair, greater for better ones; undefined where the two do not match
 */
export function pairOneToOne<Found, Labelled>(
  found: readonly Found[],
  labelled: readonly Labelled[],
  quality: (found: Found, labelled: Labelled) => number | undefined,
): Pair<Found, Labelled>[] {
  const candidates = found
    .flatMap((f, i) => labelled.map((l, j) => ({ i, j, found: f, labelled: l, quality: quality(f, l) })))
    .flatMap((candidate) =>
      candidate.quality === undefined ? [] : [{ ...candidate, quality: candidate.quality }],
    )
    .sort((a, b) => b.quality - a.quality);
  const takenFound = new Set<number>();
  const takenLabels = new Set<number>();
  return candidates.flatMap(({ i, j, ...pair }) => {
    if (takenFound.has(i) || takenLabels.has(j)) return [];
    takenFound.add(i);
    takenLabels.add(j);
    return [{ found: pair.found, labelled: pair.labelled }];
  });
}
