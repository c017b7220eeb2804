import type { TopicNames } from '@windlass/contracts';
import type { Processor } from '@windlass/dag';
import type { OutboundMessage, StageTransaction } from '@windlass/messaging';
import { noticeMessage } from './kafka/watch-notice.ts';
import type { InstanceHeard, RegistryStore, WindowTopicLags } from './ports.ts';
import { readInstances } from './postgres/instance-rows.ts';
import { readWatched, writeWatched } from './postgres/watch-rows.ts';
import { look, retired, type Seen, type Watched } from './processor-watch.ts';
import { isAlive, lagOf } from './processors.ts';

/** Processors without a living instance whose lag is asked of Kafka at one look; those asked longest ago come first. */
const ASKED_AT_ONCE = 50;

interface Options {
  readonly store: Pick<RegistryStore, 'read' | 'holds'>;
  readonly lags: WindowTopicLags;
  readonly topics: TopicNames;
  readonly silentAfterUs: number;
  readonly growingAfterUs: number;
}

/** Looks at every registered processor, and tells what begins or ends. */
export class ProcessorLooks {
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  /** In the transaction in which it is to be remembered; answers the notices of it. */
  async look(
    tx: StageTransaction,
    { nowUs, listeningSinceUs }: { readonly nowUs: number; readonly listeningSinceUs: number },
  ): Promise<OutboundMessage[]> {
    const { store, topics, silentAfterUs, growingAfterUs } = this.options;
    const [{ revision }, holds] = await Promise.all([store.read([]), store.holds()]);
    const watched = new Map((await readWatched(tx)).map((one) => [one.processor, one]));
    const instances = Map.groupBy(await readInstances(tx), ({ processor }) => processor);
    const drained = new Set(
      holds.flatMap(({ kind, mode, name }) => (kind === 'processor' && mode === 'DRAIN' ? [name] : [])),
    );
    const patience = { nowUs, silentAfterUs };
    const seen = revision.processors.map((processor) => {
      const own = instances.get(processor.name) ?? [];
      return seenOf(processor, {
        own,
        alive: own.filter((one) => isAlive(one, patience)),
        isDrained: drained.has(processor.name),
      });
    });
    const lags = await this.askedOf(seen, watched);
    const context = { ...patience, listeningSinceUs, growingAfterUs };
    const looks = seen.map((one) =>
      look(watched.get(one.processor), { ...one, lag: one.lag ?? lags.get(one.processor) ?? null }, context),
    );
    const registered = new Set(seen.map(({ processor }) => processor));
    const gone = [...watched.values()].filter(({ processor }) => !registered.has(processor));
    await writeWatched(tx, {
      changed: looks.map((one) => one.watched),
      gone: gone.map(({ processor }) => processor),
    });
    const notices = [...gone.flatMap(retired), ...looks.flatMap((one) => one.notices)];
    return notices.map((notice) => noticeMessage(notice, { topics, nowUs }));
  }

  /** Lags of those that nobody living tells of. */
  private async askedOf(
    seen: readonly Seen[],
    watched: ReadonlyMap<string, Watched>,
  ): Promise<ReadonlyMap<string, number | null>> {
    const askedAtUs = ({ processor }: Seen): number => watched.get(processor)?.lagAtUs ?? 0;
    const untold = seen.filter(({ isAlive: lives, lag }) => !lives && lag === null);
    const asked = untold.toSorted((a, b) => askedAtUs(a) - askedAtUs(b)).slice(0, ASKED_AT_ONCE);
    const lags = await Promise.all(
      asked.map(async ({ processor }) => [processor, await this.options.lags.lagOf(processor)] as const),
    );
    return new Map(lags);
  }
}

const seenOf = (
  { name, owner }: Processor,
  { own, alive, isDrained }: { own: readonly InstanceHeard[]; alive: readonly InstanceHeard[]; isDrained: boolean },
): Seen => ({
  processor: name,
  owner,
  isAlive: alive.length > 0,
  heardAtUs: own.length > 0 ? Math.max(...own.map(({ heardAtUs }) => heardAtUs)) : null,
  lag: lagOf(alive),
  isDrained,
});
