/**
 * How orq's worker is launched: as apps/worker launches itself. Node 24 lets the young generation grow to 100 MB where the
 * objects of a job live for a round trip, and the old one to twice what is alive before it is looked at.
 */
export const ORQ_WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=100'];
