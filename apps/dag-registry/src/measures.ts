import { Gauge, type Registry } from 'prom-client';
import type { EntryOutbox } from './ports.ts';
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
  gauge(
    'processor_alive',
    '1: an instance was heard of lately; 0: registered but silent',
    ['processor'],
    async (own) => {
      own.reset();
      for (const { name, state } of await queries.processors()) own.set({ processor: name }, state === 'ALIVE' ? 1 : 0);
    },
  );
}
