type Ending = () => Promise<unknown> | void;

/** What must be ended before this process ends, however it ends: the newest first. */
export interface Lifetime {
  /** @returns ends it now, and forgets it */
  own(ending: Ending): () => Promise<void>;
  end(): Promise<void>;
}

/** Ctrl-C, SIGTERM and SIGHUP end all that is owned, and then the process. */
export function createLifetime(): Lifetime {
  const endings = new Set<Ending>();
  let ended: Promise<void> | undefined;

  async function endAll(): Promise<void> {
    for (const ending of [...endings].toReversed()) {
      try {
        await ending();
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      }
    }
    endings.clear();
  }
  const end = () => (ended ??= endAll());

  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => void end().then(() => process.exit(128 + number)));
  }
  return {
    own(ending) {
      endings.add(ending);
      return async () => {
        if (endings.delete(ending)) await ending();
      };
    },
    end,
  };
}
