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
    if (this.#first >= this.#items.length) {
      this.#items = [];
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
