import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assignPartitions, type GroupMember } from './co-partition.ts';

const groups = fc
  .record({
    partitions: fc.constantFrom(1, 2, 8, 16, 64),
    ids: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 9 }),
    owners: fc.array(fc.tuple(fc.nat(8), fc.nat(63), fc.nat(3)), { maxLength: 80 }),
  })
  .map(({ partitions, ids, owners }) => ({
    partitions,
    members: ids.map((id, index): GroupMember => ({
      id,
      owned: owners
        .filter(([owner]) => owner % ids.length === index)
        .map(([, partition, epoch]) => ({ partition, epoch })),
    })),
  }));

const asMembers = (assigned: ReadonlyMap<string, number[]>): GroupMember[] =>
  [...assigned].map(([id, owned]) => ({ id, owned: owned.map((partition) => ({ partition, epoch: 1 })) }));

describe('assignPartitions', () => {
  it('gives every partition to exactly one member, in shares that differ by at most one', () => {
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        const assigned = assignPartitions({ partitions, members });
        const all = [...assigned.values()].flat().sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: partitions }, (_, partition) => partition));
        const sizes = [...assigned.values()].map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect([...assigned.keys()].sort()).toEqual(members.map(({ id }) => id).sort());
      }),
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        const turned = assignPartitions({ partitions, members: [...members].reverse() });
        expect(new Map([...turned].sort())).toEqual(new Map([...assignPartitions({ partitions, members })].sort()));
      }),
    );
  });

  it('moves nothing when nobody joins or leaves', () => {
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        const first = assignPartitions({ partitions, members });
        expect(new Map([...assignPartitions({ partitions, members: asMembers(first) })].sort())).toEqual(
          new Map([...first].sort()),
        );
      }),
    );
  });

  it('takes from the others only what a new member is given', () => {
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        const before = assignPartitions({ partitions, members });
        const after = assignPartitions({ partitions, members: [...asMembers(before), { id: 'zz-new', owned: [] }] });
        for (const [id, owned] of before) {
          const gained = after.get(id)!.filter((partition) => !owned.includes(partition));
          expect(gained).toEqual([]);
        }
      }),
    );
  });

  it('hands the partitions of a member that left to the others, who keep what they had', () => {
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        fc.pre(members.length > 1);
        const before = assignPartitions({ partitions, members });
        const staying = asMembers(before).slice(1);
        const after = assignPartitions({ partitions, members: staying });
        for (const { id } of staying) expect(after.get(id)).toEqual(expect.arrayContaining(before.get(id)!));
      }),
    );
  });

  it('believes the higher epoch when two claim one partition', () => {
    const assigned = assignPartitions({
      partitions: 2,
      members: [
        { id: 'a', owned: [{ partition: 1, epoch: 4 }] },
        { id: 'b', owned: [{ partition: 1, epoch: 5 }] },
      ],
    });
    expect(assigned).toEqual(
      new Map([
        ['b', [1]],
        ['a', [0]],
      ]),
    );
  });
});
