import { BucketMap } from './bucket-map.ts';

/** One member more of a group, or one less. */
export interface Membership<T> {
  readonly group: string;
  readonly member: T;
}

/** Lists by name, each in the order of its members' owners. Immutable; a change copies only the lists that it touches. */
export class NamedGroups<T> {
  private readonly groups: BucketMap<readonly T[]>;
  private readonly ownerOf: (member: T) => string;

  private constructor(groups: BucketMap<readonly T[]>, ownerOf: (member: T) => string) {
    this.groups = groups;
    this.ownerOf = ownerOf;
  }

  static empty<T>(ownerOf: (member: T) => string): NamedGroups<T> {
    return new NamedGroups<T>(BucketMap.empty(), ownerOf);
  }

  get(group: string): readonly T[] {
    return this.groups.get(group) ?? [];
  }

  /** @param removed memberships of owners that lose all of theirs */
  changed(removed: readonly Membership<T>[], added: readonly Membership<T>[]): NamedGroups<T> {
    const lists = new Map<string, T[]>();
    const gone = new Set(removed.map(({ member }) => this.ownerOf(member)));
    for (const group of new Set(removed.map((one) => one.group)))
      lists.set(
        group,
        this.get(group).filter((member) => !gone.has(this.ownerOf(member))),
      );
    for (const { group, member } of added) {
      let list = lists.get(group);
      if (!list) lists.set(group, (list = [...this.get(group)]));
      list.splice(this.placeOf(member, list), 0, member);
    }
    const changes = new Map([...lists].map(([group, list]) => [group, list.length > 0 ? list : undefined] as const));
    return new NamedGroups(this.groups.withAll(changes), this.ownerOf);
  }

  /** Behind all of the same owner. */
  private placeOf(member: T, list: readonly T[]): number {
    const owner = this.ownerOf(member);
    let low = 0;
    let high = list.length;
    // What comes in order belongs at the end.
    if (high > 0 && this.ownerOf(list[high - 1]!) <= owner) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ownerOf(list[middle]!) <= owner) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
