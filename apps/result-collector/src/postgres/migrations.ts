import { KnownFacts1763870000000 } from './migrations/1763870000000-known-facts.ts';
import { PaneGaps1764231000000 } from './migrations/1764231000000-pane-gaps.ts';
import { OutcomesKnown1764280200000 } from './migrations/1764280200000-outcomes-known.ts';
import { ByWindowStart1764291600000 } from './migrations/1764291600000-by-window-start.ts';
import { Annotations1764292200000 } from './migrations/1764292200000-annotations.ts';
import { RejectedRecords1764306000000 } from './migrations/1764306000000-rejected-records.ts';
import { StoreIdentity1764292800000 } from './migrations/1764292800000-store-identity.ts';

/** In the order of their time. */
export const migrations = [
  KnownFacts1763870000000,
  PaneGaps1764231000000,
  OutcomesKnown1764280200000,
  ByWindowStart1764291600000,
  Annotations1764292200000,
  StoreIdentity1764292800000,
  RejectedRecords1764306000000,
];
