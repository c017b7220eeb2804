/** Algorithms that answer with what they were given: every kind of value, both ways. */
import {
  algorithm,
  avro,
  boolean,
  bytes,
  double,
  doubles,
  list,
  long,
  nothing,
  optional,
  remote,
  string,
  struct,
  type AnyAlgorithm,
  type ResultType,
} from '../index.ts';

const on = 'conformance@1';

const echo = (name: string, result: ResultType<any>, given = remote<any>('given@1')): AnyAlgorithm =>
  algorithm({ name, version: '1', on, needs: { given }, result }, ({ inputs }) => inputs.given);

const everything = struct({
  level: double('bar'),
  count: long(),
  ok: boolean(),
  name: string(),
  raw: bytes(),
  series: doubles(),
  nested: struct({ x: double(), y: long() }),
  maybe: optional(double()),
});

const level = avro({
  type: 'record',
  name: 'Level',
  fields: [
    { name: 'level', type: 'double' },
    { name: 'mode', type: { type: 'enum', name: 'Mode', symbols: ['LOW', 'HIGH'] } },
    { name: 'count', type: 'int', default: 0 },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'marks', type: { type: 'array', items: 'long' }, default: [] },
  ],
});

export const echoes: readonly AnyAlgorithm[] = [
  echo('echo-double', double()),
  echo('echo-long', long()),
  echo('echo-boolean', boolean()),
  echo('echo-string', string()),
  echo('echo-bytes', bytes()),
  echo('echo-array', doubles()),
  echo('echo-list', list()),
  echo('echo-struct', everything),
  echo('echo-avro', level),
  echo('reads-avro', level, remote('given@1', level)),
  algorithm({ name: 'none', version: '1', on, result: nothing() }, () => {}),
];
