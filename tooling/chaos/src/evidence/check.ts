export interface Violation {
  /** Null where it is not about one job. */
  jobId: string | null;
  what: string;
}

/** One promise, held against the evidence. */
export interface Check {
  name: string;
  /** What was looked at. */
  counted: string;
  violations: Violation[];
}
