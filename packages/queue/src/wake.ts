/** A bell for one sleeper: a ring while nobody sleeps is kept for the next. */
export interface Wake {
  ring(): void;
  /** Resolves at the next ring, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createWake(): Wake {
  let rung = false;
  let rouse: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      rouse?.();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          rouse = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rouse = undefined;
      rung = false;
    },
  };
}
