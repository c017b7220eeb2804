import type { Verdict } from './facts.ts';
import type { Ground, Shape } from './ground.ts';
import type { Options } from './options.ts';
import type { PacedWindow } from './pacer.ts';
import type { Recovery } from './recovery.ts';
import { allWell } from './work.ts';

/** What goes wrong, and what must hold all the same. */
export interface Scenario {
  readonly name: string;
  readonly shape: (options: Options) => Shape;
  /** Resolves when nothing is broken any more; the stream goes on until then. */
  readonly inject: (ground: Ground, options: Options) => Promise<Injected>;
  /** What is to become known of a window. Default: all of it, right. */
  readonly verdictsOf?: (window: PacedWindow) => Readonly<Record<string, Verdict>>;
}

export interface Injected {
  /** For the table: what was done, how often. */
  readonly what: string;
  readonly recoveries?: readonly Recovery[];
  /** Of windows that have nothing to do with the fault: how much longer they took, as a part of what they took before it. */
  readonly slowdown?: { readonly ratio: number; readonly atMost: number };
  /** What else did not hold. */
  readonly broken?: readonly string[];
  /** Windows that are gone, as they must be: their records were removed before they were read. */
  readonly removed?: (window: PacedWindow) => boolean;
}

export const verdictsOf = (scenario: Scenario, window: PacedWindow): Readonly<Record<string, Verdict>> =>
  scenario.verdictsOf?.(window) ?? allWell(window.value);
