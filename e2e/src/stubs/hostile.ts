/** A record within itself, with a name that is no field's everywhere. */
const TREE = {
  type: 'record',
  name: 'Tree',
  fields: [
    { name: 'default', type: 'int' },
    { name: 'left', type: ['null', 'Tree'], default: null },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
  ],
};

const NAMES = [
  ...[
    'delete',
    'del',
    'sdk',
    'undefined',
    'a-1',
    'a1',
    'x-v1',
    'string',
    'str',
    'float',
    'any',
    'of',
    'type',
    'b-',
    'b',
  ],
];

/** Window types and algorithms whose names are words of languages, or all but those of others. */
export function hostileRegistration(processor: string) {
  const result = (type: string, more = {}) => ({ windows: ['all@1'], result: { type, ...more } });
  const fields = {
    __proto__x: { type: 'long' },
    "it's `so`": { type: 'double', unit: '*/ } \\ "' },
    '': { type: 'bytes' },
    class: { type: 'struct', fields: { float: { type: 'double' }, 'a b': { type: 'string', optional: true } } },
    Class: { type: 'struct', fields: { float: { type: 'double' } } },
  };
  return {
    name: processor,
    version: 1,
    windowTypes: [
      { name: 'all', version: 1, reads: ['x'], open: { wholeLife: {} } },
      { name: 'all', version: '1.10', reads: ['x'], open: { wholeLife: {} } },
      { name: 'class', version: 1, reads: ['x'], open: { wholeLife: {} } },
    ],
    algorithms: [
      ...NAMES.map((name) => ({ name, version: 1, ...result('double', { unit: '\'*/${`"""' }) })),
      { name: 'x', version: 1, ...result('none') },
      { name: 'x', version: '2.0', ...result('struct', { fields }) },
      { name: 'x', version: '3.0.0-rc.1', ...result('struct') },
      { name: 'tree', version: 1, windows: ['all@1'], result: { avro: TREE } },
    ],
  };
}
