import { decodeValue, encodeValue, fromValue, type KeptSignal, type PaneEvent, toValue } from '@windlass/contracts';
import {
  type Execution,
  type Outcome,
  type Pane,
  type ResultValue,
  type Settled,
  windowKey,
  type WindowState,
} from '@windlass/execution';
import { PackedSignals, type SignalsCodec } from '../packed-signals.ts';
import type { StoredSchemas } from './stored-schemas.ts';

const LENGTH_BYTES = 4;

/** The bytes of one row. */
export interface PackedWindow {
  readonly pane: Buffer;
  readonly waiting: Buffer | null;
  readonly state: Buffer;
}

type StoredSettled = Omit<Settled, 'result' | 'told'> & {
  readonly result: Buffer | null;
  readonly told: Buffer | null;
};
type StoredExecution = Omit<Execution, 'settled'> & { readonly settled: StoredSettled | null };

interface StoredState extends Pick<
  WindowState,
  | 'outcomeVersion'
  | 'paneBytes'
  | 'finalized'
  | 'withdrawn'
  | 'firm'
  | 'firstRun'
  | 'completedRevision'
  | 'completedFinal'
  | 'deadlineUs'
  | 'children'
> {
  readonly waitingBytes: number;
  readonly waitingOwed: number;
  readonly executions: readonly StoredExecution[];
}

/** Windows to the bytes of a row and back. */
export class WindowCodec implements SignalsCodec {
  constructor(private readonly schemas: StoredSchemas) {}

  /** Length of the pane, the pane without its signals, then these as they are held in memory. */
  packPane(pane: Pane): Buffer {
    const { signals } = pane;
    const body = this.schemas.pack('panes', { event: { 'io.windlass.v1.Pane': { ...pane, signals: null } } });
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt32BE(body.length);
    return Buffer.concat(signals instanceof PackedSignals ? [length, body, signals.bytes] : [length, body]);
  }

  packSignals(signals: readonly KeptSignal[]): PackedSignals {
    return new PackedSignals(this.schemas.pack('signals', signals), this);
  }

  unpackSignals(bytes: Buffer): readonly KeptSignal[] {
    return this.schemas.unpack('signals', bytes);
  }

  packState(w: WindowState): Buffer {
    const executions = w.executions.filter((x) => x !== null).map((x) => this.packExecution(x));
    const stored: StoredState = {
      outcomeVersion: w.outcomeVersion,
      paneBytes: w.paneBytes,
      waitingBytes: w.waiting?.bytes ?? 0,
      waitingOwed: w.waiting?.owed ?? 0,
      finalized: w.finalized,
      withdrawn: w.withdrawn,
      firm: w.firm,
      firstRun: w.firstRun,
      completedRevision: w.completedRevision,
      completedFinal: w.completedFinal,
      deadlineUs: w.deadlineUs,
      children: w.children,
      executions,
    };
    return this.schemas.pack('state', stored);
  }

  /** Executions come back in the order in which they were packed; the key's state puts them into the plan's. */
  unpack({ pane, waiting, state }: PackedWindow, version: number): WindowState {
    const stored = this.schemas.unpack<StoredState>('state', state);
    const { waitingBytes, waitingOwed, executions, ...rest } = stored;
    const current = this.unpackPane(pane);
    const next = waiting && this.unpackPane(waiting);
    const last = (p: Pane): Pane => (rest.finalized ? { ...p, isFinal: true } : p);
    return {
      ...rest,
      kind: 'open',
      window: windowKey(current),
      version,
      pane: next ? current : last(current),
      waiting: next ? { pane: last(next), bytes: waitingBytes, owed: waitingOwed } : null,
      executions: executions.map((x) => this.unpackExecution(x)),
    };
  }

  /** What is in work of a window, from the bytes of its state alone. */
  unpackTasks(state: Buffer): readonly Pick<Execution, 'algorithm' | 'taskId'>[] {
    return this.schemas.unpack<StoredState>('state', state).executions;
  }

  private unpackPane(bytes: Buffer): Pane {
    const end = LENGTH_BYTES + bytes.readUInt32BE();
    const { event } = this.schemas.unpack<PaneEvent>('panes', bytes.subarray(LENGTH_BYTES, end));
    const pane = (event as Extract<PaneEvent['event'], { 'io.windlass.v1.Pane': unknown }>)['io.windlass.v1.Pane'];
    return end === bytes.length
      ? pane
      : { ...pane, signals: new PackedSignals(Buffer.from(bytes.subarray(end)), this) };
  }

  private packExecution(x: Execution): StoredExecution {
    if (!x.settled) return { ...x, settled: null };
    const { result, told, ...settled } = x.settled;
    return {
      ...x,
      settled: {
        ...settled,
        result: result === null ? null : encodeValue(toValue(result)),
        told: told && this.packOutcome(told),
      },
    };
  }

  private unpackExecution({ settled, ...x }: StoredExecution): Execution {
    if (!settled) return { ...x, settled: null };
    const result: ResultValue = settled.result && fromValue(decodeValue(settled.result));
    return { ...x, settled: { ...settled, result, told: settled.told && this.unpackOutcome(settled.told, result) } };
  }

  /** In the event it was told in, with nothing else said; its result is kept once. */
  private packOutcome(outcome: Outcome): Buffer {
    return this.schemas.pack('outcomes', { ...emptyEvent, outcomes: [{ ...outcome, result: null }] });
  }

  private unpackOutcome(bytes: Buffer, result: ResultValue): Outcome {
    return { ...this.schemas.unpack<{ outcomes: [Outcome] }>('outcomes', bytes).outcomes[0], result };
  }
}

const emptyEvent = {
  windowId: '',
  generation: 0,
  version: 0,
  windowType: '',
  key: '',
  startUs: 0,
  endUs: 0,
  revision: 0,
  isFinal: false,
  parentWindowId: null,
  metadata: {},
  completeness: null,
  dagRevision: 0,
  policyRevision: 0,
  lane: 'LIVE',
  depth: 0,
  withdrawn: [],
  runComplete: false,
};
