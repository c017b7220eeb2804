import { setTimeout as delay } from 'node:timers/promises';
import { topicNames } from '@windlass/contracts';
import { createAdmin } from '@windlass/messaging';
import { eventually } from '@windlass/testing';
import type { Ground } from '../ground.ts';
import type { Scenario } from '../scenario.ts';
import { SOURCES } from '../work.ts';

const CALM_MS = 5_000;
const LAG_MS = 5_000;
/** Windows a second. */
const RATE = 60;
/** Signals that the trigger may be behind when it is killed: ten seconds of them. */
const UNREAD = 10 * RATE;
const DEADLINE_MS = 120_000;

/** Records are removed that the trigger has not read yet: what is gone is told, to the record, and the rest goes on. */
export const retention: Scenario = {
  name: 'retention',
  shape: { rate: RATE },
  inject: async (ground) => {
    await delay(CALM_MS);
    const trigger = ground.instancesOf('trigger')[0]!;
    const firstIndex = ground.pacer.sent;
    await trigger.kill();
    await delay(LAG_MS);
    await cut(ground);
    await trigger.restart();
    const lastIndex = ground.pacer.sent;
    // Every source has fired what came after the cut, so what has no pane by then never will.
    await eventually(() => ground.pacer.sent >= lastIndex + 3 * SOURCES, { deadlineMs: DEADLINE_MS });
    const firedLast = ground.pacer.windows().slice(lastIndex + SOURCES, lastIndex + 2 * SOURCES);
    const fired = () => new Set(ground.tail.panes.map(({ key, startUs }) => `${key} ${startUs}`));
    await eventually(() => firedLast.every(({ key, startUs }) => fired().has(`${key} ${startUs}`)), {
      deadlineMs: DEADLINE_MS,
    });
    const known = fired();
    // What was sent last before the kill may not have been read.
    const isRemoved = ({ index, key, startUs }: { index: number; key: string; startUs: number }) =>
      index >= firstIndex - UNREAD && index < lastIndex && !known.has(`${key} ${startUs}`);
    const removed = ground.pacer.windows().filter(isRemoved).length;
    const told = await ground.known.gapRecords('trigger');
    const broken = [
      ...(removed === told && removed > 0
        ? []
        : [`${removed} windows are gone, and gaps of ${told} records were told`]),
      ...(ground.tail.notices.includes('GAP') ? [] : ['no notice of the gap was given']),
    ];
    return { what: `${removed} records cut under a lagging trigger, ${told} told as gaps`, isRemoved, broken };
  },
};

async function cut({ kafka, prefix }: Ground): Promise<void> {
  const admin = createAdmin(kafka);
  await admin.connect();
  try {
    const topic = topicNames(prefix).signals;
    const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, high: offset }) => ({
      partition,
      offset,
    }));
    await admin.deleteTopicRecords({ topic, partitions });
  } finally {
    await admin.disconnect();
  }
}
