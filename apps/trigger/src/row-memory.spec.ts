import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeBytesOf, RowMemory, type Row } from './row-memory.ts';

describe('the memory of packed rows', () => {
  const bytes = fc.oneof(fc.nat(300), fc.constantFrom(64, 65, 70_000)).map((length) => length + 1);
  const action = fc.record({
    name: fc.nat(9),
    bytes,
    fill: fc.nat(255),
    kind: fc.constantFrom('store', 'store', 'gone'),
  });

  it('gives every row back as it was stored last, and what was let go of until it is reclaimed', () => {
    fc.assert(
      fc.property(fc.array(fc.array(action, { maxLength: 12 }), { maxLength: 12 }), (batches) => {
        const memory = new RowMemory();
        const rows = new Map<number, { row: Row; is: Buffer }>();
        for (const batch of batches) {
          memory.reclaim();
          const gone: { read: Buffer; is: Buffer }[] = [];
          for (const { name, bytes: length, fill, kind } of batch) {
            const known = rows.get(name);
            const read = known && memory.read(known.row);
            if (kind === 'gone') {
              if (known) memory.release(known.row);
              rows.delete(name);
            } else {
              const is = Buffer.alloc(length, fill);
              rows.set(name, { row: memory.store(is, known?.row ?? null), is });
            }
            if (known && rows.get(name)?.row !== known.row) gone.push({ read: read!, is: known.is });
            for (const { row, is } of rows.values()) expect(memory.read(row).equals(is)).toBe(true);
            for (const one of gone) expect(one.read.equals(one.is)).toBe(true);
          }
        }
      }),
    );
  });

  it('keeps a row where it is while it fits, and uses places again', () => {
    const memory = new RowMemory();
    const first = memory.store(Buffer.alloc(40, 1), null);
    expect(memory.store(Buffer.alloc(64, 2), first)).toBe(first);
    const moved = memory.store(Buffer.alloc(65, 3), first);
    expect(moved.page).not.toBe(first.page);
    memory.reclaim();
    memory.release(moved);
    memory.reclaim();
    const again = memory.store(Buffer.alloc(100, 4), null);
    const next = memory.store(Buffer.alloc(100, 5), null);
    expect(again.page).toBe(next.page);
    expect([placeBytesOf(0), placeBytesOf(1), placeBytesOf(64), placeBytesOf(65)]).toEqual([64, 64, 64, 128]);
  });
});
