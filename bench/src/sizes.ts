/** How large and how long the rounds are. Times in ms. */
export interface Sizes {
  bulkJobs: number;
  backlogJobs: number;
  togetherMs: number;
  heldMs: number;
  /** The first and the last part of a held snapshot that are compared. */
  heldWindowMs: number;
  agedRows: number;
  latencySamples: number;
  singlesMs: number;
  walJobs: number;
}

export const FULL: Sizes = {
  bulkJobs: 200_000,
  backlogJobs: 200_000,
  togetherMs: 60_000,
  heldMs: 180_000,
  heldWindowMs: 10_000,
  agedRows: 1_000_000,
  latencySamples: 500,
  singlesMs: 10_000,
  walJobs: 100_000,
};

export const QUICK: Sizes = {
  bulkJobs: 60_000,
  backlogJobs: 50_000,
  togetherMs: 5_000,
  heldMs: 15_000,
  heldWindowMs: 4_000,
  agedRows: 200_000,
  latencySamples: 100,
  singlesMs: 2_000,
  walJobs: 20_000,
};
