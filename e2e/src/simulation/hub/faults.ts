import type { Mishap, Owner, StepKind } from './virtual-time.ts';

/** What goes wrong in the whole hub: with one step, or with the process whose step it is. */
export type FaultKind = Mishap | 'cut off' | 'move';

/** After so many steps of processes since the fault before, at the first step that it can befall. */
export interface Fault {
  readonly after: number;
  readonly kind: FaultKind;
  /** Which steps it may befall. */
  readonly at: StepKind;
}

interface Befalls {
  readonly onCutOff: (owner: Owner) => void;
  readonly onMove: (owner: Owner) => void;
}

export class FaultPlan {
  private left: readonly Fault[];
  private readonly befalls: Befalls;
  private waited = 0;

  constructor(faults: readonly Fault[], befalls: Befalls) {
    this.left = faults;
    this.befalls = befalls;
  }

  end(): void {
    this.left = [];
  }

  next(kind: StepKind, owner: Owner): Mishap | 'wait' | null {
    const [fault, ...rest] = this.left;
    this.waited += 1;
    if (!fault || this.waited < fault.after || fault.at !== kind) return null;
    this.left = rest;
    this.waited = 0;
    if (fault.kind === 'move') {
      this.befalls.onMove(owner);
      return null;
    }
    if (fault.kind !== 'cut off') return fault.kind;
    owner.state = 'suspended';
    this.befalls.onCutOff(owner);
    return 'wait';
  }
}
