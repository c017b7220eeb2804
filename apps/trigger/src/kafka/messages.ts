import {
  errorHeaderNames,
  headerNames,
  lateForText,
  lateHeaderNames,
  type Signal as SignalRecord,
  type TopicNames,
} from '@windlass/contracts';
import type { InboundRecord, OutboundMessage } from '@windlass/messaging';
import {
  clockSignal,
  GLOBAL_KEY,
  sentEmission,
  type LateInput,
  type Rejection,
  type Signal,
  type Step,
} from '@windlass/windowing';
import { toNotice } from './notice.codec.ts';
import { toGroupSignal } from './group-signal.codec.ts';
import { toMemberClosed, toPaneEvent } from './pane.codec.ts';

interface Origin {
  readonly source: string;
  readonly nowUs: number;
  /** The last record of the source in this batch: its trace goes on. */
  readonly causedBy: InboundRecord | undefined;
}

/** Everything a step of one source publishes, in order. */
export function messagesOf(topics: TopicNames, step: Step, origin: Origin): OutboundMessage[] {
  const caused = origin.causedBy ? { causedBy: origin.causedBy } : {};
  const { source } = origin;
  return [
    ...step.records.map((record) => ({
      topic: topics.panes,
      family: 'panes',
      key: source,
      value: toPaneEvent(record),
      headers: { [headerNames.id]: record.windowId },
      ...caused,
    })),
    ...step.closings.map((closed) => {
      const value = toMemberClosed(closed);
      const headers = { [headerNames.id]: value.event['io.windlass.v1.ChildrenClosed'].windowId };
      return { topic: topics.panes, family: 'panes', key: source, value, headers, ...caused };
    }),
    ...step.signals.map((signal) => ({
      topic: topics.signals,
      family: 'signals',
      key: source,
      value: recordOf(source, signal),
      headers: { [headerNames.id]: signal.id },
    })),
    ...step.emissions.map((emission) => ({
      topic: topics.emissions,
      family: 'emissions',
      key: emission.key,
      value: { ...sentEmission(source, emission), owner: source },
      ...caused,
    })),
    ...step.notices.map((notice) => {
      const value = toNotice(source, notice);
      return {
        topic: topics.notices,
        family: 'notices',
        key: value.owner,
        value,
        headers: { [headerNames.id]: value.id },
      };
    }),
    ...step.reports.map((report) => ({
      topic: topics.groupSignals,
      family: 'group-signals',
      key: report.group,
      value: toGroupSignal(report),
      ...caused,
    })),
    ...earlierSignals(step.rejections).flatMap((rejection) => deadSignal(topics, rejection, origin) ?? []),
  ];
}

/** When a late record was, and for what it came too late. */
export const lateHeadersOf = ({ eventTimeUs, lateFor }: LateInput): Record<string, string> => ({
  [lateHeaderNames.eventTime]: String(eventTimeUs),
  [lateHeaderNames.lateFor]: lateForText(lateFor),
});

const recordOf = (source: string, signal: Signal): SignalRecord => ({ units: {}, source, ...signal });

/** The first signal of a source: whoever keeps the source registry hears of it. */
export function firstSeen(topics: TopicNames, { source, signal, nowUs }: FirstSignal): OutboundMessage {
  const { name, eventTimeUs } = signal;
  return {
    topic: topics.seenSources,
    family: 'seen-sources',
    key: source,
    value: { source, signal: name, eventTimeUs, seenAtUs: nowUs },
  };
}

interface FirstSignal {
  readonly source: string;
  readonly signal: Signal;
  readonly nowUs: number;
}

/** The time of day, for windows that belong to no source. */
export const clockRecord = (nowUs: number): SignalRecord => recordOf(GLOBAL_KEY, clockSignal(nowUs));

/** One for each signal, whatever number of window types refuses it. */
const earlierSignals = (rejections: readonly Rejection[]): Rejection[] => [
  ...new Map(rejections.map((rejection) => [`${rejection.signal?.id} ${rejection.code}`, rejection])).values(),
];

/** A STOP that waited for its START, or what waited for a window to lie in: its record was taken long ago, so it goes where it is to go as it is known. */
function deadSignal(
  topics: TopicNames,
  { input, signal, to, code, message, late }: Rejection,
  origin: Origin,
): OutboundMessage | null {
  if (input >= 0 || !signal) return null;
  return {
    topic: topics[to],
    family: 'signals',
    key: origin.source,
    value: recordOf(origin.source, signal),
    headers: {
      [headerNames.id]: signal.id,
      [errorHeaderNames.code]: code,
      [errorHeaderNames.message]: message,
      [errorHeaderNames.topic]: topics.signals,
      [errorHeaderNames.stage]: 'trigger',
      [errorHeaderNames.time]: new Date(origin.nowUs / 1000).toISOString(),
      ...(late && lateHeadersOf(late)),
    },
  };
}
