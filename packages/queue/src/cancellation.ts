/** Tells one run to end, and why. The AbortSignal, which is dear, is made only for handlers that ask for it. */
export class Cancellation {
  #reason: Error | undefined;
  #controller: AbortController | undefined;

  get requested(): boolean {
    return this.#reason !== undefined;
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
  }
}
