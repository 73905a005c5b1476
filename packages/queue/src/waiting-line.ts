const LET_GO_AFTER = 1_000;

/** First in, first out, without moving all the others when one goes. */
export class WaitingLine<Item> {
  #items: Item[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#first];
    this.#first += 1;
    // What has gone is let go before long, also by a line that is never empty.
    if (this.#first >= Math.max(LET_GO_AFTER, this.#items.length / 2) || this.length <= 0) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** Takes those out that match, wherever they stand. */
  take(matches: (item: Item) => boolean): Item[] {
    const waiting = this.#items.slice(this.#first);
    const taken = waiting.filter(matches);
    if (taken.length === 0) return taken;
    this.#items = waiting.filter((item) => !matches(item));
    this.#first = 0;
    return taken;
  }
}
