/** Where a packed row lies. */
export interface Row {
  readonly page: Page;
  readonly at: number;
  length: number;
}

interface Page {
  readonly buffer: Buffer;
  /** Of each of its places. */
  readonly placeBytes: number;
  readonly free: number[];
  used: number;
}

/** Rows grow a little at a time: so much at once, a row mostly stays where it is. */
const STEP_BYTES = 64;
const PAGE_BYTES = 64 * 1024;

/** What a row takes of the memory. */
export const placeBytesOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / STEP_BYTES)) * STEP_BYTES;

/**
 * Packed rows in pages, each of places of one size. A buffer for each row would cost a third of the service's time: it is an object,
 * one more that says whose memory it is, and the memory, all of which grow old before they are replaced. Places that are let go of are used
 * again only after {@link reclaim}, so that what was read of them stays as it is until then; a page without rows is given up.
 */
export class RowMemory {
  /** Pages with free places, by the size of these. */
  private readonly open = new Map<number, Page[]>();
  private released: Row[] = [];

  /** @returns where it lies now: in the same place, if it fits. */
  store(bytes: Buffer, before: Row | null): Row {
    const placeBytes = placeBytesOf(bytes.length);
    if (before?.page.placeBytes === placeBytes) {
      bytes.copy(before.page.buffer, before.at);
      before.length = bytes.length;
      return before;
    }
    if (before) this.release(before);
    const page = this.pageOf(placeBytes);
    const at = page.free.pop()!;
    page.used += 1;
    if (page.free.length === 0) this.open.get(placeBytes)!.pop();
    bytes.copy(page.buffer, at);
    return { page, at, length: bytes.length };
  }

  /** Its bytes, until it is stored anew; of one that was released, until the next {@link reclaim}. */
  read({ page, at, length }: Row): Buffer {
    return page.buffer.subarray(at, at + length);
  }

  release(row: Row): void {
    this.released.push(row);
  }

  reclaim(): void {
    if (this.released.length === 0) return;
    for (const { page, at } of this.released) {
      const pages = this.open.get(page.placeBytes)!;
      if (page.free.length === 0) pages.push(page);
      page.free.push(at);
      page.used -= 1;
      if (page.used === 0) pages.splice(pages.indexOf(page), 1);
    }
    this.released = [];
  }

  /** One with a free place: the last of its list. */
  private pageOf(placeBytes: number): Page {
    let pages = this.open.get(placeBytes);
    if (!pages) this.open.set(placeBytes, (pages = []));
    const last = pages.at(-1);
    if (last) return last;
    const places = Math.max(1, Math.floor(PAGE_BYTES / placeBytes));
    const buffer = Buffer.allocUnsafeSlow(places * placeBytes);
    const free = Array.from({ length: places }, (_, place) => place * placeBytes);
    const page = { buffer, placeBytes, free, used: 0 };
    pages.push(page);
    return page;
  }
}
