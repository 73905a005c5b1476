/**
 * Which claims this worker holds, and which are done with. A claim is noted before it is asked for: so a row in the
 * database that is not noted here is one whose answer was lost, and its jobs can be handed back.
 */
export interface ClaimLedger {
  /** A claim is about to be asked for. */
  begin(claimId: string): void;
  /** The claim gave this many jobs. */
  granted(claimId: string, jobs: number): void;
  /** It is not known what became of the claim. */
  forget(claimId: string): void;
  /** One job of the claim needs no claim any more. */
  jobDone(claimId: string): void;
  held(): string[];
  /** The claims whose jobs are all done, each handed out once: their rows can go. */
  takeFinished(): string[];
  /** The rows could not be removed after all. */
  keepFinished(claimIds: readonly string[]): void;
}

export function createClaimLedger(): ClaimLedger {
  const open = new Map<string, number>();
  let finished: string[] = [];
  return {
    begin: (claimId) => void open.set(claimId, Infinity),
    granted(claimId, jobs) {
      if (jobs === 0) open.delete(claimId);
      else open.set(claimId, jobs);
    },
    forget: (claimId) => void open.delete(claimId),
    jobDone(claimId) {
      const left = (open.get(claimId) ?? 0) - 1;
      if (left > 0) return void open.set(claimId, left);
      open.delete(claimId);
      finished.push(claimId);
    },
    held: () => [...open.keys(), ...finished],
    takeFinished() {
      const taken = finished;
      finished = [];
      return taken;
    },
    keepFinished: (claimIds) => void finished.push(...claimIds),
  };
}
