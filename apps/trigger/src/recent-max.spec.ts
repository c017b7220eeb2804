import { describe, expect, it } from '@jest/globals';
import { RecentMax } from './recent-max.ts';

describe('the recent maximum', () => {
  it('is of one to two spans, and looking does not change it', () => {
    const max = new RecentMax(10);
    max.note('a', 5, 100);
    max.note('a', 3, 105);
    max.note('b', -1, 105);
    expect([...max.values(109), ...max.values(109)]).toEqual([...values({ a: 5, b: -1 }), ...values({ a: 5, b: -1 })]);
    max.note('a', 2, 111);
    expect(max.values(112)).toEqual(values({ a: 5, b: -1 }));
    expect(max.values(121)).toEqual(values({ a: 2 }));
    expect(max.values(131)).toEqual(values({}));
  });

  it('forgets at once what is older than two spans', () => {
    const max = new RecentMax(10);
    max.note('a', 5, 100);
    expect(max.values(120)).toEqual(values({}));
  });
});

const values = (of: Record<string, number>) => new Map(Object.entries(of));
