import { headerNames, type Notice, type TopicNames } from '@windlass/contracts';
import type { OutboundMessage } from '@windlass/messaging';
import type { WatchNotice } from '../processor-watch.ts';

/** What a person reads of a processor, and a program. Sent again, it has the same id. */
export function noticeMessage(
  notice: WatchNotice,
  { topics, nowUs }: { readonly topics: TopicNames; readonly nowUs: number },
): OutboundMessage {
  const { kind, processor, owner, sinceUs } = notice;
  const { message, details } = said(notice);
  const value: Notice = {
    id: `${kind}/${processor}/${sinceUs}`,
    kind,
    owner,
    severity: kind.endsWith('_ENDED') ? 'INFO' : 'WARNING',
    subject: processor,
    message: `processor ${processor}: ${message}`,
    details: { processor, sinceUs: String(sinceUs), ...details },
    atUs: nowUs,
  };
  return { topic: topics.notices, family: 'notices', key: owner, value, headers: { [headerNames.id]: value.id } };
}

function said(notice: WatchNotice): { readonly message: string; readonly details: Readonly<Record<string, string>> } {
  const since = timeText(notice.sinceUs);
  switch (notice.kind) {
    case 'PROCESSOR_SILENT': {
      const waiting = notice.lag === null ? '' : ` ${notice.lag} records wait on its window topic.`;
      const message = notice.wasHeard
        ? `none of its instances has been heard of since ${since}.${waiting}`
        : `it is registered, and no instance of it has ever been heard of.${waiting}`;
      return { message, details: notice.lag === null ? {} : { lagRecords: String(notice.lag) } };
    }
    case 'PROCESSOR_SILENCE_ENDED':
      return {
        message: `${ENDED[notice.because]}. It had been silent since ${since}.`,
        details: { because: notice.because },
      };
    case 'WINDOW_TOPIC_GROWING': {
      const alive = notice.isAlive ? 'its instances do not keep up' : 'no instance of it lives';
      return {
        message: `its window topic has been growing since ${since}, from ${notice.from} to ${notice.lag} records: ${alive}.`,
        details: { lagRecords: String(notice.lag), fromRecords: String(notice.from), alive: String(notice.isAlive) },
      };
    }
    case 'WINDOW_TOPIC_GROWING_ENDED':
      return {
        message: `its window topic does not grow any more. It had since ${since}.`,
        details: notice.lag === null ? {} : { lagRecords: String(notice.lag) },
      };
    default:
      return notice satisfies never;
  }
}

const ENDED = {
  HEARD: 'an instance is heard of again',
  RETIRED: 'it is retired',
  DRAINED: 'it is being drained',
} as const;

const timeText = (us: number): string => new Date(us / 1000).toISOString().replace(/\.\d+Z$/, 'Z');
