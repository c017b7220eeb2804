import { styleText } from 'node:util';
import type { Hold } from '@windlass/dag';
import { about } from './silences.ts';

/** As dag-registry answers. */
export interface InstanceStatus {
  readonly instance: string;
  readonly version: string;
  readonly host: string;
  readonly sdk: string;
  readonly state: string;
  readonly isAlive: boolean;
  readonly inFlight: number;
  readonly lagRecords: number | null;
  readonly startedAtUs: number;
  readonly heardAtUs: number;
}

export interface ProcessorStatus {
  readonly name: string;
  readonly version: string;
  readonly owner: string;
  readonly team: string;
  readonly algorithms: readonly string[];
  readonly state: 'ALIVE' | 'DRAINING' | 'STOPPED' | 'SILENT';
  readonly hold: Pick<Hold, 'mode' | 'by' | 'why' | 'sinceUs'> | null;
  readonly heardAtUs: number | null;
  readonly lagRecords: number | null;
  readonly inFlight: number;
  readonly growingSinceUs: number | null;
  readonly missing: readonly { readonly algorithm: string; readonly tasks: number | null }[];
  readonly instances: readonly InstanceStatus[];
}

const COLORS = { ALIVE: 'green', DRAINING: 'yellow', STOPPED: 'yellow', SILENT: 'red' } as const;
const NAME_WIDTH = 24;
const STATE_WIDTH = 8;

/** A line each. */
export function describeProcessors(processors: readonly ProcessorStatus[], nowUs: number): string {
  if (processors.length === 0) return 'No processor is registered.\n';
  return processors.map((one) => `${lineOf(one, nowUs)}\n`).join('');
}

/** The line, what it holds, and a line for each instance. */
export function describeProcessor(status: ProcessorStatus, nowUs: number): string {
  const { algorithms, team, owner, instances, growingSinceUs, hold, missing } = status;
  const lines = [
    lineOf(status, nowUs),
    `  algorithms: ${algorithms.join(', ') || 'none'}`,
    `  owner ${owner}, results as ${team}`,
    ...(hold ? [`  ${describeHold(hold, nowUs)}`] : []),
    ...(growingSinceUs === null ? [] : [`  its window topic has been growing for ${about(nowUs - growingSinceUs)}`]),
    ...missing.map((one) => `  ${describeMissing(one)}`),
    ...instances.map((one) => `  ${describeInstance(one, nowUs)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function lineOf(status: ProcessorStatus, nowUs: number): string {
  const { name, version, state, hold, lagRecords, inFlight, growingSinceUs, heardAtUs, instances, missing } = status;
  const alive = instances.filter((one) => one.isAlive).length;
  const heard = heardAtUs === null ? 'never heard of' : `heard ${about(nowUs - heardAtUs)} ago`;
  const facts = [
    alive > 0 ? `${alive} alive` : heard,
    `${inFlight} in work`,
    lagRecords === null ? 'lag unknown' : `lag ${lagRecords}`,
    ...(growingSinceUs === null ? [] : ['growing']),
    ...(missing.length === 0 ? [] : [`nobody has ${missing.map(({ algorithm }) => algorithm).join(', ')}`]),
    ...(hold === null ? [] : [hold.mode === 'DRAIN' ? 'being drained' : 'paused']),
  ];
  return `${name.padEnd(NAME_WIDTH)}  ${styleText(COLORS[state], state.padEnd(STATE_WIDTH))}  ${version}  ${styleText('dim', `(${facts.join(', ')})`)}`;
}

const describeMissing = ({ algorithm, tasks }: ProcessorStatus['missing'][number]): string =>
  `${styleText('red', `no instance has ${algorithm}`)}: ${tasks === null ? 'how many tasks wait is not known' : `of ${tasks} tasks on its window types those with it wait`}; start one that has it, or windlass retire ${algorithm}`;

const describeHold = ({ mode, by, why, sinceUs }: NonNullable<ProcessorStatus['hold']>, nowUs: number): string =>
  `${mode === 'DRAIN' ? 'drained' : 'paused'} by ${by} ${about(nowUs - sinceUs)} ago${why === null ? '' : `: ${why}`}`;

function describeInstance(one: InstanceStatus, nowUs: number): string {
  const { instance, version, host, sdk, state, isAlive, inFlight, lagRecords, heardAtUs } = one;
  const color = isAlive ? (state === 'RUNNING' ? 'green' : 'yellow') : 'red';
  const said = isAlive || state === 'STOPPED' ? state : 'LOST';
  const facts = [version, host, sdk, `${inFlight} in work`, lagRecords === null ? 'lag unknown' : `lag ${lagRecords}`];
  return `${instance.padEnd(NAME_WIDTH)}  ${styleText(color, said.padEnd(STATE_WIDTH))}  ${facts.join(', ')}  ${styleText('dim', `(heard ${about(nowUs - heardAtUs)} ago)`)}`;
}
