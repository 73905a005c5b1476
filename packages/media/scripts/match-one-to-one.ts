/**
 * Pairs what was found with what is labelled, nearest pairs first, each at most once.
 *
 * @returns the number of pairs no further apart than `tolerance`
 */
export function matchOneToOne(
  found: readonly number[],
  labelled: readonly number[],
  tolerance: number,
): number {
  const pairs = found
    .flatMap((f, i) => labelled.map((l, j) => ({ i, j, distance: Math.abs(f - l) })))
    .filter(({ distance }) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance);
  const usedFound = new Set<number>();
  const usedLabelled = new Set<number>();
  for (const { i, j } of pairs) {
    if (usedFound.has(i) || usedLabelled.has(j)) continue;
    usedFound.add(i);
    usedLabelled.add(j);
  }
  return usedFound.size;
}
