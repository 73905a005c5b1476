/** A request as faults see it. */
export interface SeenRequest {
  method: string;
  /** Without the bucket; empty for the bucket itself. */
  key: string;
  query: ReadonlyMap<string, string>;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * What goes wrong with a request: it is refused and not done; the connection breaks before it is done, or after, so that
 * the answer is lost; or the body of the answer breaks off, or stalls, after so many bytes.
 */
export type Fault =
  | { kind: 'refuse'; status: number; code: string }
  | { kind: 'break' }
  | { kind: 'lose-answer' }
  | { kind: 'cut'; afterBytes: number }
  | { kind: 'stall'; afterBytes: number };

interface Planned {
  fault: Fault;
  matches: (request: SeenRequest) => boolean;
  left: number;
}

/** The faults that are to come, each for the next requests that match. */
export function createFaults() {
  const planned: Planned[] = [];
  return {
    plan(fault: Fault, matches: Planned['matches'], times: number): void {
      planned.push({ fault, matches, left: times });
    },
    /** The fault of this request, which is one less to come. */
    take(request: SeenRequest): Fault | undefined {
      const next = planned.find(({ matches, left }) => left > 0 && matches(request));
      if (next) next.left -= 1;
      return next?.fault;
    },
  };
}
