import { copyOfWindow, ENDLESS, type WindowState } from '@windlass/windowing';
import type { Packer, Unpacker } from './packing.ts';
import { FLAG, packWindow, unpackWindow } from './window-state.codec.ts';

/**
 * A window in the bytes of its row. Of most windows a step asks no more than when they end and whether they have fired: that is read at
 * once, the rest when it is asked for. The bytes must stay as they are for as long as it is used: see {@link detachedWindow}.
 */
export class PackedWindow implements WindowState {
  readonly startUs: number;
  readonly endUs: number;
  private readonly from: Unpacker;
  /** Where it begins and ends: a length, and what {@link unpackWindow} reads. */
  private readonly begin: number;
  private readonly end: number;
  private readonly flags: number;
  private unpacked: WindowState | null = null;

  /** Reads the one that begins here, and moves on to what follows it. */
  constructor(from: Unpacker) {
    this.from = from;
    this.begin = from.position;
    this.end = from.count() + from.position;
    from.moveTo(from.position + ID_BYTES);
    this.startUs = from.integer();
    const lengthUs = from.count();
    this.endUs = lengthUs === 0 ? ENDLESS : this.startUs + lengthUs;
    this.flags = from.flags();
    from.moveTo(this.end);
  }

  /** Whether it lies right behind this one. */
  follows({ from, end }: PackedWindow): boolean {
    return this.from === from && this.begin === end;
  }

  /** Copies its bytes, and those up to the end of this one, as they are. */
  copyTo(packer: Packer, { end }: PackedWindow): void {
    packer.copy(this.from.bytes, this.begin, end);
  }

  private get whole(): WindowState {
    if (this.unpacked) return this.unpacked;
    this.from.moveTo(this.begin);
    this.from.count();
    return (this.unpacked = unpackWindow(this.from, true));
  }

  /** A flag; of what may be null, whether it is not. */
  private has(bit: number): boolean {
    return (this.flags & (1 << bit)) !== 0;
  }

  get id(): string {
    return this.whole.id;
  }

  get parentId(): WindowState['parentId'] {
    return this.has(FLAG.parentId) ? this.whole.parentId : null;
  }

  get elements(): WindowState['elements'] {
    return this.whole.elements;
  }

  get firedElements(): WindowState['firedElements'] {
    return this.whole.firedElements;
  }

  get revision(): WindowState['revision'] {
    return this.whole.revision;
  }

  get version(): WindowState['version'] {
    return this.whole.version;
  }

  get fired(): WindowState['fired'] {
    return this.has(FLAG.fired);
  }

  get finalized(): WindowState['finalized'] {
    return this.has(FLAG.finalized);
  }

  get dirty(): WindowState['dirty'] {
    return this.has(FLAG.dirty);
  }

  get lateBorn(): WindowState['lateBorn'] {
    return this.has(FLAG.lateBorn);
  }

  get withdrawn(): WindowState['withdrawn'] {
    return this.has(FLAG.withdrawn);
  }

  get childrenOpen(): WindowState['childrenOpen'] {
    return this.has(FLAG.childrenOpen);
  }

  get awaited(): WindowState['awaited'] {
    return this.whole.awaited;
  }

  get completed(): WindowState['completed'] {
    return this.whole.completed;
  }

  get awaitsFinal(): WindowState['awaitsFinal'] {
    return this.has(FLAG.awaitsFinal);
  }

  get metadata(): WindowState['metadata'] {
    return this.whole.metadata;
  }

  get closingMetadata(): WindowState['closingMetadata'] {
    return this.has(FLAG.closingMetadata) ? this.whole.closingMetadata : null;
  }

  get openedAtElement(): WindowState['openedAtElement'] {
    return this.has(FLAG.openedAtElement) ? this.whole.openedAtElement : null;
  }

  get openedAtUs(): WindowState['openedAtUs'] {
    return this.has(FLAG.openedAtUs) ? this.whole.openedAtUs : null;
  }

  get origin(): WindowState['origin'] {
    return this.has(FLAG.origin) ? this.whole.origin : null;
  }

  get depth(): WindowState['depth'] {
    return this.whole.depth;
  }

  get earlyDueUs(): WindowState['earlyDueUs'] {
    return this.has(FLAG.earlyDueUs) ? this.whole.earlyDueUs : null;
  }

  get lateDueUs(): WindowState['lateDueUs'] {
    return this.has(FLAG.lateDueUs) ? this.whole.lateDueUs : null;
  }

  get outcomeAtUs(): WindowState['outcomeAtUs'] {
    return this.has(FLAG.outcomeAtUs) ? this.whole.outcomeAtUs : null;
  }

  get pastChildren(): WindowState['pastChildren'] {
    return this.whole.pastChildren;
  }

  get pastChildrenEndUs(): WindowState['pastChildrenEndUs'] {
    return this.whole.pastChildrenEndUs;
  }

  get childrenPublished(): WindowState['childrenPublished'] {
    return this.whole.childrenPublished;
  }

  get neededUs(): WindowState['neededUs'] {
    return this.whole.neededUs;
  }

  get firstElements(): WindowState['firstElements'] {
    return this.whole.firstElements;
  }

  get onTimeElements(): WindowState['onTimeElements'] {
    return this.whole.onTimeElements;
  }
}

const ID_BYTES = 16;

/** Packs windows, each behind its length; of those that nothing has touched the bytes are copied, in as few pieces as they lie in. */
export function packWindows(packer: Packer, windows: readonly WindowState[]): void {
  packer.count(windows.length);
  let run: { readonly first: PackedWindow; last: PackedWindow } | null = null;
  for (const window of windows) {
    if (run && isPacked(window) && window.follows(run.last)) {
      run.last = window;
      continue;
    }
    run?.first.copyTo(packer, run.last);
    run = isPacked(window) ? { first: window, last: window } : null;
    if (!run) packer.sized(() => packWindow(packer, window));
  }
  run?.first.copyTo(packer, run.last);
}

export function unpackWindows(from: Unpacker): WindowState[] {
  const windows: WindowState[] = [];
  for (let left = from.count(); left > 0; left--) windows.push(new PackedWindow(from));
  return windows;
}

/** The same window without the bytes it lies in. */
export const detachedWindow = (window: WindowState): WindowState => (isPacked(window) ? copyOfWindow(window) : window);

export const isPacked = (window: WindowState): window is PackedWindow => window instanceof PackedWindow;
