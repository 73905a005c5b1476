/** Thrown in place of a handler's end, when that did not come in time. */
export class ForsakenError extends Error {
  override readonly name = 'ForsakenError';
  constructor() {
    super('The handler did not end within its grace');
  }
}

/** Tells one run to end, and why. The AbortSignal, which is dear, is made only for handlers that ask for it. */
export class Cancellation {
  #reason: Error | undefined;
  #controller: AbortController | undefined;
  #forsake: ((error: ForsakenError) => void) | undefined;
  #graceMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get reason(): Error | undefined {
    return this.#reason;
  }

  /** @throws the reason, once there is one */
  throwIfRequested(): void {
    if (this.#reason) throw this.#reason;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** The first reason counts. */
  request(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#startGrace();
  }

  /**
   * Waits for a run; once it is to end, for `graceMs` longer at most.
   *
   * @throws {ForsakenError} when it has not ended by then
   */
  ended<T>(run: Promise<T>, graceMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#forsake = reject;
      this.#graceMs = graceMs;
      run.then(resolve, reject);
      if (this.#reason) this.#startGrace();
    });
  }

  /** The run is over, or left behind: nothing is waited for any more. */
  close(): void {
    this.#forsake = undefined;
    clearTimeout(this.#timer);
  }

  #startGrace(): void {
    if (this.#forsake) this.#timer = setTimeout(this.#forsake, this.#graceMs, new ForsakenError());
  }
}
