import { topicNames } from '@windlass/contracts';
import {
  applyEntries,
  applyEntry,
  emptyRegistryView,
  liveRevision,
  refOf,
  scopeOf,
  sourceDescriber,
  sourceOf,
  type AvailabilityPolicy,
  type DescribedSource,
  type Ref,
  type RegistryEntry,
  type RegistryView,
  type Source,
  type WindowType,
} from '@windlass/dag';
import { createAdmin, followCompacted, type Following, type KafkaConnection, type Log } from '@windlass/messaging';
import { compilePlans, GLOBAL_KEY, typesThatOpenWindows, type SourcePlan } from '@windlass/windowing';
import { RegistryBehindError, type Registry } from '../ports.ts';

export interface KafkaRegistryOptions {
  readonly kafka: KafkaConnection;
  readonly registryUrl: string;
  readonly prefix: string;
  readonly log: Log;
  /** Called when the registry has been read, and after each change of window types or policies. */
  readonly onChange: (registry: KafkaRegistry) => void;
}

/** How long a batch waits for an entry that is in the topic but not here yet. */
const CATCH_UP_MS = 2_000;

/** Entries of the start that are taken at once: some 20 MiB. */
const GATHERED = 50_000;

/** The registry topic, folded. Follows it from the beginning. */
export class KafkaRegistry implements Registry {
  private view: RegistryView = emptyRegistryView;
  private compiled: ((source: Source) => SourcePlan) | null = null;
  private openers: ReadonlySet<Ref> | null = null;
  private ready = false;
  /** Read at the start, and not in the view yet: many at once cost less than one by one. */
  private gathered: RegistryEntry[] = [];
  private nextOffset = 0n;
  private readonly waiting = new Set<() => void>();
  private readonly following: Following;
  private readonly admin: ReturnType<typeof createAdmin>;
  private readonly topic: string;
  private readonly onChange: () => void;
  private readonly log: Log;
  private connected: Promise<void> | undefined;

  constructor({ kafka, registryUrl, prefix, log, onChange }: KafkaRegistryOptions) {
    this.onChange = () => onChange(this);
    this.log = log;
    this.topic = topicNames(prefix).registry;
    this.admin = createAdmin(kafka, log);
    this.following = followCompacted({
      kafka,
      registryUrl,
      prefix,
      topic: this.topic,
      family: 'registry',
      apply: ({ value, offset }) => {
        if (value) this.apply(value);
        this.nextOffset = offset + 1n;
        for (const wake of this.waiting) wake();
      },
      onBadRecord: ({ offset, code, message }) =>
        log.error(
          { offset: String(offset), code, reason: message },
          'a registry entry cannot be read; it is passed over',
        ),
      log,
    });
    void this.following.caughtUp.then(() => {
      this.takeGathered();
      this.ready = true;
      this.onChange();
      log.info({ revision: this.view.live }, 'the registry has been read');
    });
  }

  get isReady(): boolean {
    return this.ready;
  }

  get version(): bigint {
    return this.nextOffset;
  }

  get revision(): number {
    return this.view.live;
  }

  /** Some windows belong to no source: the clock drives them. */
  get needsClock(): boolean {
    return this.planOf(this.source(GLOBAL_KEY)).types.length > 0;
  }

  get policies(): ReadonlyMap<Ref, AvailabilityPolicy> {
    return this.view.policies;
  }

  get windowTypes(): readonly WindowType[] {
    return liveRevision(this.view).windowTypes;
  }

  get selects(): boolean {
    return liveRevision(this.view).windowTypes.some(
      (type) => Object.keys(type.for).length > 0 || scopeOf(type.open) === 'group',
    );
  }

  source(name: string): Source {
    return sourceOf(this.view, name);
  }

  isDeclared(name: string): boolean {
    return this.view.sources.get(name) !== undefined;
  }

  describerOf(name: string): (timeUs: number) => DescribedSource | null {
    return sourceDescriber(this.view, name);
  }

  planOf(source: Source): SourcePlan {
    this.compiled ??= compilePlans(this.view, () => this.view);
    return this.compiled(source);
  }

  opensWindows(windowType: Ref): boolean {
    this.openers ??= typesThatOpenWindows(this.view);
    return this.openers.has(windowType);
  }

  hasType(windowType: Ref): boolean {
    return liveRevision(this.view).windowTypes.some((type) => refOf(type) === windowType);
  }

  async catchUp(): Promise<void> {
    const endOffset = await this.endOffset();
    const deadlineMs = performance.now() + CATCH_UP_MS;
    while (this.nextOffset < endOffset) {
      if (performance.now() > deadlineMs)
        throw new RegistryBehindError(`the registry is read up to offset ${this.nextOffset} of ${endOffset}`);
      await this.nextEntry(deadlineMs - performance.now());
    }
  }

  async close(): Promise<void> {
    await this.following.stop();
    await this.connected?.then(() => this.admin.disconnect()).catch(() => undefined);
  }

  private takeGathered(): void {
    const entries = this.gathered;
    this.gathered = [];
    try {
      this.view = applyEntries(this.view, entries);
    } catch {
      // One of them is no JSON: all others count.
      for (const entry of entries) this.takeIfReadable(entry);
    }
  }

  private takeIfReadable(entry: RegistryEntry): void {
    try {
      this.view = applyEntry(this.view, entry);
    } catch (error) {
      this.log.error(
        { err: error, kind: entry.kind, name: entry.name },
        'a registry entry is no JSON; it is passed over',
      );
    }
  }

  private apply(entry: RegistryEntry): void {
    if (!this.ready) {
      this.gathered.push(entry);
      if (this.gathered.length >= GATHERED) this.takeGathered();
      return;
    }
    const before = this.view;
    this.view = applyEntry(before, entry);
    const isSame =
      this.view.live === before.live &&
      this.view.policies === before.policies &&
      this.view.revisions === before.revisions;
    if (isSame) return;
    this.compiled = null;
    this.openers = null;
    if (this.ready) this.onChange();
  }

  private async endOffset(): Promise<bigint> {
    try {
      await (this.connected ??= this.admin.connect());
      const [partition] = await this.admin.fetchTopicOffsets(this.topic);
      return BigInt(partition?.high ?? '0');
    } catch (cause) {
      this.connected = undefined;
      throw new RegistryBehindError('the end of the registry topic cannot be asked for now', { cause });
    }
  }

  private async nextEntry(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(0, timeoutMs));
    this.waiting.add(resolve);
    await promise;
    this.waiting.delete(resolve);
    clearTimeout(timer);
  }
}
