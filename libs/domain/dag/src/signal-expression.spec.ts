import { describe, expect, it } from '@jest/globals';
import { compileSignalCondition, compileSignalState, type SignalInput } from './signal-expression.ts';

const signal = (values: Record<string, number>, rest: Partial<SignalInput> = {}): SignalInput => ({
  name: 'sample',
  correlation: null,
  values,
  count: 1,
  metadata: {},
  ...rest,
});

describe('a condition over a signal', () => {
  it.each([
    ['values.temperature > 80.0', signal({ temperature: 81 }), true],
    ['values.temperature > 80', signal({ temperature: 80 }), false],
    ['values["oil temperature"] > 80.0 && signal.count > 1', signal({ 'oil temperature': 90 }, { count: 2 }), true],
    ['has(values.speed) && values.speed > 0.0', signal({}), false],
    ['metadata.mode == "run"', signal({}, { metadata: { mode: 'run' } }), true],
    ['signal.correlation == "a"', signal({}, { correlation: 'a' }), true],
  ])('%s', (expression, input, holds) => {
    const condition = compileSignalCondition(expression, { mode: { type: 'string', required: false } });
    if (!condition.ok) throw new Error(condition.message);
    expect(condition.evaluate(input)).toBe(holds);
  });

  it('cannot be judged where a channel is absent, and does not throw', () => {
    const condition = compileSignalCondition('values.temperature > 80.0', {});
    if (!condition.ok) throw new Error(condition.message);
    expect(condition.evaluate(signal({ pressure: 1 }))).toBeUndefined();
  });

  it.each([
    ['values.temperature +', 'Unexpected'],
    ['values.temperature', 'not bool'],
    ['temperature > 80.0', 'temperature'],
    ['metadata.other == 1.0', 'other'],
    ['values.temperature > "hot"', ''],
  ])('is refused at registration: %s', (expression, message) => {
    const condition = compileSignalCondition(expression, { mode: { type: 'string', required: false } });
    expect(condition).toEqual({ ok: false, message: expect.stringContaining(message) });
  });
});

describe('the state a signal tells', () => {
  it.each([
    ['values.mode', signal({ mode: 3 }), 3],
    ['values.rpm > 0.0 ? "on" : "off"', signal({ rpm: 10 }), 'on'],
    ['values.rpm > 0.0', signal({ rpm: 0 }), false],
    ['signal.count', signal({}, { count: 7 }), 7],
    ['values.mode', signal({ mode: Number.NaN }), undefined],
    ['values.mode', signal({}), undefined],
  ])('%s', (expression, input, value) => {
    const state = compileSignalState(expression, {});
    if (!state.ok) throw new Error(state.message);
    expect(state.evaluate(input)).toBe(value);
  });

  it('is no list and no map', () => {
    expect(compileSignalState('[values.mode]', {})).toMatchObject({ ok: false });
  });
});
