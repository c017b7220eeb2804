import type { Ground, Shape } from './ground.ts';
import type { Options } from './options.ts';
import type { PacedWindow } from './pacer.ts';
import type { Recovery } from './recovery.ts';

/** What goes wrong, and what must hold all the same. */
export interface Scenario {
  readonly name: string;
  readonly shape: Shape;
  /** Resolves when nothing is broken any more; the stream goes on until then, and further to the windows that were asked for. */
  readonly inject: (ground: Ground, options: Options) => Promise<Injected>;
}

export interface Injected {
  /** For the table: what was done, how often. */
  readonly what: string;
  readonly recoveries?: readonly Recovery[];
  /** Default: that of a kill. */
  readonly recoveryLimitMs?: number;
  /** From here on, other processors' windows are compared with those before. */
  readonly beside?: { readonly fromIndex: number; readonly atMost: number };
  /** What else did not hold. */
  readonly broken?: readonly string[];
  /** Windows that are gone, as they must be: their records were removed before they were read. */
  readonly isRemoved?: (window: PacedWindow) => boolean;
}
