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
