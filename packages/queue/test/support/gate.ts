/** Holds back whoever passes until it is opened, and tells when the first has come. */
export interface Gate {
  reached: Promise<void>;
  pass(): Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  const arrival = createLatch();
  const opening = createLatch();
  return {
    reached: arrival.released,
    pass() {
      arrival.release();
      return opening.released;
    },
    open: opening.release,
  };
}

function createLatch() {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  return { released, release };
}
