/**
 * How orq's worker is launched: as apps/worker launches itself. Node 24 lets the young generation grow to 100 MB where
 * the objects of a job live for a round trip; within 24 MB it takes no more CPU time.
 */
export const ORQ_WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=8'];
