import type { GroupSignal } from '@windlass/contracts';
import { NEVER, type MemberReport, type Silence } from '@windlass/windowing';

export const toGroupSignal = ({
  group,
  source,
  windowType,
  sequence,
  counted,
  progress,
}: MemberReport): GroupSignal => ({
  group,
  source,
  windowType,
  generation: 0,
  watermarkUs: progress && known(progress.watermarkUs),
  idleUs: progress && known(progress.idleUs),
  isIdle: progress?.silence === 'IDLE',
  isGone: progress?.silence === 'GONE',
  elements: counted?.added ?? 0,
  firstUs: counted?.startUs ?? null,
  lastUs: counted?.endUs ?? null,
  sequence,
});

export const toReport = ({ firstUs, lastUs, elements, watermarkUs, idleUs, ...rest }: GroupSignal): MemberReport => ({
  group: rest.group,
  source: rest.source,
  windowType: rest.windowType,
  sequence: rest.sequence,
  counted: firstUs === null || lastUs === null ? null : { startUs: firstUs, endUs: lastUs, added: elements },
  progress:
    firstUs === null ? { watermarkUs: watermarkUs ?? NEVER, idleUs: idleUs ?? NEVER, silence: silenceOf(rest) } : null,
});

const known = (timeUs: number): number | null => (timeUs === NEVER ? null : timeUs);

const silenceOf = ({ isIdle, isGone }: Pick<GroupSignal, 'isIdle' | 'isGone'>): Silence =>
  isGone ? 'GONE' : isIdle ? 'IDLE' : 'ACTIVE';
