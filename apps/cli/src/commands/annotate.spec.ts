import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { describeAnnotation } from './annotate.ts';
import { pagesOf } from './collector-api.ts';

describe('windlass annotate', () => {
  it('says who said what of which span, and whether it still holds', () => {
    const line = describeAnnotation({
      id: 'abc',
      target: { kind: 'SOURCE', id: 'pump-1', fromUs: 1_000_000, toUs: null },
      text: 'sensor was loose',
      labels: ['bad'],
      author: 'ada',
      notedAtUs: 2_000_000,
      withdrawn: { by: 'eva', atUs: 3_000_000 },
    });
    expect(stripVTControlCharacters(line)).toBe(
      '1970-01-01T00:00:02.000Z ada source pump-1 [1970-01-01T00:00:01.000Z, …): sensor was loose #bad withdrawn by eva 1970-01-01T00:00:03.000Z (abc)',
    );
  });
});

describe('pages of the result-collector', () => {
  it('are read one after the other', async () => {
    const asked: string[] = [];
    const pages = [{ nextCursor: 'a=' }, { nextCursor: null }];
    const found = [];
    for await (const page of pagesOf('/v1/x', { limit: '2' }, (path) => {
      asked.push(path);
      return Promise.resolve(pages[asked.length - 1]!);
    }))
      found.push(page);
    expect(found).toEqual(pages);
    expect(asked).toEqual(['/v1/x?limit=2', '/v1/x?limit=2&cursor=a%3D']);
  });
});
