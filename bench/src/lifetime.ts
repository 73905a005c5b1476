type Ending = () => Promise<unknown> | void;

/** What must be ended before this process ends, however it ends: the newest first. */
export interface Lifetime {
  /** @returns ends it now, unless that has begun */
  own(ending: Ending): () => Promise<void>;
  /** Aborted by Ctrl-C and the like: nothing more is to be begun. */
  stopping: AbortSignal;
  end(): Promise<void>;
}

/** Ctrl-C, SIGTERM and SIGHUP end all that is owned, and then the process. */
export function createLifetime(): Lifetime {
  const endings = new Set<Ending>();
  const stopping = new AbortController();
  let ended: Promise<void> | undefined;

  async function endOne(ending: Ending): Promise<void> {
    if (endings.delete(ending)) await ending();
  }

  const newest = () => [...endings].at(-1);

  async function endAll(): Promise<void> {
    for (let ending = newest(); ending; ending = newest()) {
      try {
        await endOne(ending);
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      }
    }
  }
  const end = () => (ended ??= endAll());

  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => {
      stopping.abort(new Error('Interrupted'));
      void end().then(() => process.exit(128 + number));
    });
  }
  return {
    stopping: stopping.signal,
    own(ending) {
      endings.add(ending);
      stopping.signal.throwIfAborted();
      return () => endOne(ending);
    },
    end,
  };
}
