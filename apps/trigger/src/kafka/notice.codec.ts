import type { Notice as NoticeRecord } from '@windlass/contracts';
import { formatDurationUs, hashedId } from '@windlass/dag';
import type { Notice } from '@windlass/windowing';

/** What a person reads of a source, and a program. Sent again, it has the same id. */
export function toNotice(source: string, notice: Notice): NoticeRecord {
  const { kind, owner, windowType, sinceUs, atUs } = notice;
  return {
    id: hashedId([kind, source, windowType, String(sinceUs), String(atUs)]),
    kind,
    owner,
    severity: kind === 'SILENCE_ENDED' ? 'INFO' : 'WARNING',
    subject: source,
    message: `${source}: ${messageOf(notice)}`,
    details: { source, windowType, sinceUs: String(sinceUs), ...detailsOf(notice) },
    atUs,
  };
}

function messageOf(notice: Notice): string {
  const { windowType } = notice;
  switch (notice.kind) {
    case 'SILENCE': {
      const usual = notice.usualStepUs === null ? '' : ` It fires every ${about(notice.usualStepUs)} as a rule.`;
      return `${windowType} has not fired since ${timeText(notice.sinceUs)}; by ${timeText(notice.expectedByUs)} it should have.${usual}`;
    }
    case 'SILENCE_ENDED':
      return notice.because === 'FIRED'
        ? `${windowType} fires again. It had not since ${timeText(notice.sinceUs)}.`
        : `${windowType} is not expected to fire any more. It has not since ${timeText(notice.sinceUs)}.`;
    case 'OFFLINE_TOO_LONG': {
      const until = notice.untilUs === null ? '' : `, and meant to be until ${timeText(notice.untilUs)}`;
      return `it is offline since ${timeText(notice.sinceUs)}${until}; ${windowType} has waited for ${about(notice.limitMs * 1000)}, the most its policy allows (maxOffline), and does not wait any more.`;
    }
    default:
      return notice satisfies never;
  }
}

function detailsOf(notice: Notice): Record<string, string> {
  switch (notice.kind) {
    case 'SILENCE':
      return {
        expectedByUs: String(notice.expectedByUs),
        ...(notice.usualStepUs !== null && { usualStepUs: String(notice.usualStepUs) }),
      };
    case 'SILENCE_ENDED':
      return { because: notice.because };
    case 'OFFLINE_TOO_LONG':
      return { limitMs: String(notice.limitMs), ...(notice.untilUs !== null && { untilUs: String(notice.untilUs) }) };
    default:
      return notice satisfies never;
  }
}

/** Beyond the years that a Date can write, as a number. */
function timeText(us: number): string {
  const date = new Date(us / 1000);
  return Number.isNaN(date.getTime()) ? `${us} µs` : date.toISOString();
}

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;

/** To the minute from two hours on, to the second from two minutes on. */
function about(us: number): string {
  const unitUs = us >= 120 * MINUTE_US ? MINUTE_US : us >= 2 * MINUTE_US ? SECOND_US : 1000;
  return formatDurationUs(Math.round(us / unitUs) * unitUs);
}
