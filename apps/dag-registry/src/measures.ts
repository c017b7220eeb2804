import { Gauge, type Registry } from 'prom-client';
import type { EntryOutbox } from './ports.ts';
import type { ProcessorStatus } from './processors.ts';
import type { RegistryQueries } from './queries.ts';

/** What operators watch, asked when the metrics are read; what cannot be asked then is left as it was. */
export function measure(
  metrics: Registry,
  { outbox, queries }: { readonly outbox: EntryOutbox; readonly queries: RegistryQueries },
): void {
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    collect: (gauge: Gauge) => Promise<void>,
  ): void => {
    new Gauge({
      name: `windlass_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [metrics],
      async collect() {
        await collect(this as unknown as Gauge).catch(() => undefined);
      },
    });
  };
  gauge('dag_revision', 'number of the live DAG revision', [], async (own) => own.set((await queries.live()).number));
  gauge('registry_unpublished_entries', 'committed entries not yet on the registry topic', [], async (own) =>
    own.set(await outbox.countUnpublished()),
  );
  ofProcessors(metrics, queries);
}

/** All gauges are asked at once, and read the processors once. */
function ofProcessors(metrics: Registry, queries: RegistryQueries): void {
  let reading: Promise<readonly ProcessorStatus[]> | undefined;
  const statuses = async () => queries.processorsOf(await queries.live());
  const read = () => (reading ??= statuses().finally(() => (reading = undefined)));
  const gauge = (
    { name, help, labelNames = ['processor'] }: { name: string; help: string; labelNames?: readonly string[] },
    tell: (gauge: Gauge, status: ProcessorStatus) => void,
  ) =>
    new Gauge({
      name: `windlass_processor_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [metrics],
      async collect() {
        const statuses = await read().catch(() => undefined);
        if (!statuses) return;
        this.reset();
        for (const status of statuses) tell(this as unknown as Gauge, status);
      },
    });
  gauge(
    { name: 'alive', help: '1: an instance was heard of lately; 0: registered but silent' },
    (own, { name: processor, state }) => own.set({ processor }, state === 'ALIVE' || state === 'DRAINING' ? 1 : 0),
  );
  gauge(
    { name: 'lag_records', help: 'records of its window topic that a processor has not taken' },
    (own, { name: processor, lagRecords }) => lagRecords !== null && own.set({ processor }, lagRecords),
  );
  gauge(
    { name: 'tasks_in_work', help: 'tasks that the living instances of a processor work on' },
    (own, { name: processor, inFlight }) => own.set({ processor }, inFlight),
  );
  gauge(
    { name: 'window_topic_growing', help: '1: its lag has been rising for long; 0: not' },
    (own, { name: processor, growingSinceUs }) => own.set({ processor }, growingSinceUs === null ? 0 : 1),
  );
  gauge(
    { name: 'missing_algorithms', help: 'its algorithms that no living instance has though some live' },
    (own, { name: processor, missing }) => own.set({ processor }, missing.length),
  );
  gauge(
    { name: 'instances', help: 'living instances, by what they said last', labelNames: ['processor', 'state'] },
    (own, { name: processor, instances }) => {
      for (const { isAlive, state } of instances) if (isAlive) own.inc({ processor, state });
    },
  );
}
