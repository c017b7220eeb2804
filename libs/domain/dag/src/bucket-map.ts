/** Buckets of the map; a change copies this array and one bucket, so it costs O(BUCKETS + size / BUCKETS). */
const BUCKETS = 1024;

/** An immutable map of strings that stays cheap to change one entry at a time, up to some hundred thousand entries. */
export class BucketMap<V> {
  readonly size: number;
  private readonly buckets: readonly (ReadonlyMap<string, V> | undefined)[];

  private constructor(buckets: readonly (ReadonlyMap<string, V> | undefined)[], size: number) {
    this.buckets = buckets;
    this.size = size;
  }

  static empty<V>(): BucketMap<V> {
    return new BucketMap<V>([], 0);
  }

  get(key: string): V | undefined {
    return this.buckets[bucketOf(key)]?.get(key);
  }

  has(key: string): boolean {
    return this.buckets[bucketOf(key)]?.has(key) ?? false;
  }

  with(key: string, value: V): BucketMap<V> {
    const at = bucketOf(key);
    const bucket = new Map(this.buckets[at]);
    const added = bucket.has(key) ? 0 : 1;
    bucket.set(key, value);
    const buckets = this.buckets.slice();
    buckets[at] = bucket;
    return new BucketMap(buckets, this.size + added);
  }

  without(key: string): BucketMap<V> {
    if (this.get(key) === undefined) return this;
    const at = bucketOf(key);
    const bucket = new Map(this.buckets[at]);
    bucket.delete(key);
    const buckets = this.buckets.slice();
    buckets[at] = bucket;
    return new BucketMap(buckets, this.size - 1);
  }

  /** Many changes for the price of one: undefined removes. */
  withAll(changes: ReadonlyMap<string, V | undefined>): BucketMap<V> {
    if (changes.size === 0) return this;
    const buckets = this.buckets.slice();
    const copied = new Map<number, Map<string, V>>();
    let { size } = this;
    for (const [key, value] of changes) {
      const at = bucketOf(key);
      let bucket = copied.get(at);
      if (!bucket) {
        copied.set(at, (bucket = new Map(buckets[at])));
        buckets[at] = bucket;
      }
      size -= bucket.size;
      if (value === undefined) bucket.delete(key);
      else bucket.set(key, value);
      size += bucket.size;
    }
    return new BucketMap(buckets, size);
  }

  /** In no particular order. */
  *keys(): Generator<string> {
    for (const bucket of this.buckets) if (bucket) yield* bucket.keys();
  }

  /** In no particular order. */
  *values(): Generator<V> {
    for (const bucket of this.buckets) if (bucket) yield* bucket.values();
  }
}

/** FNV-1a, 32 bits. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % BUCKETS;
}
