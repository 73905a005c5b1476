import type { CallOptions } from './call-types.ts';

export interface ListOptions extends CallOptions {
  /** Most of a page, 1 to 200. */
  limit?: number;
  /** Where to begin: the `next_cursor` of a page. Default: with the first. */
  cursor?: string;
}

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

/** A list that is read page by page, as it is asked for. */
export interface Listing<Item> extends AsyncIterable<Item> {
  /** Page by page. One may be short, or empty, while there are more. */
  pages(): AsyncGenerator<Page<Item>, void>;
}

export function createListing<Item>(
  { limit, cursor: first, ...call }: ListOptions,
  read: (page: { limit?: number; cursor?: string }, call: CallOptions) => Promise<Page<Item>>,
): Listing<Item> {
  async function* pages() {
    for (let cursor: string | null | undefined = first; cursor !== null;) {
      const place = { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) };
      const page: Page<Item> = await read(place, call);
      yield page;
      cursor = page.next_cursor;
    }
  }

  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const { data } of pages()) yield* data;
    },
  };
}
