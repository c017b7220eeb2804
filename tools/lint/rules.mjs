// The layering of the house as rules. Every project carries exactly one `layer:` tag (package.json, nx.tags).
// Think hard before allowing an arrow: what a layer may import is what a change in it can break.
import nx from '@nx/eslint-plugin';
import parser from '@typescript-eslint/parser';

/** Which layers each layer may import. */
const allowed = {
  contract: ['contract'],
  domain: ['domain'],
  kafkajs: [],
  messaging: ['contract', 'kafkajs'],
  persistence: ['contract', 'messaging'],
  service: ['contract', 'messaging', 'persistence'],
  embedded: ['contract'],
  testing: ['contract', 'messaging', 'persistence', 'embedded'],
  sdk: ['contract', 'kafkajs'],
  app: ['domain', 'contract', 'messaging', 'persistence', 'service'],
  cli: ['domain', 'contract', 'messaging', 'service', 'embedded'],
  example: ['sdk', 'contract', 'embedded'],
  bench: ['domain', 'contract', 'messaging', 'persistence', 'embedded', 'sdk'],
  e2e: ['domain', 'contract', 'messaging', 'persistence', 'embedded', 'sdk', 'testing'],
  tooling: [],
};

/** What only the edges may touch. */
const io = ['node:*', '@nestjs/*', 'typeorm', 'pg', 'kafkajs', '@kafkajs/*', 'pino', 'fastify'];
const kafka = ['kafkajs', '@kafkajs/*'];
/** Layers in which kafkajs is at home. */
const kafkaRooms = ['kafkajs', 'messaging', 'sdk', 'embedded', 'testing', 'bench', 'e2e'];

/** Tests, and what only tests import. */
const tests = [
  '**/*.spec.ts',
  '**/*.fixture.ts',
  '**/src/fixtures/**/*.ts',
  '**/apps/*/src/testing/**/*.ts',
  '**/src/faults/**/*.ts',
];

const banned = (layer) => {
  if (layer === 'contract') return io.filter((name) => name !== 'node:*');
  if (layer === 'domain') return io.filter((name) => name !== 'node:*');
  return kafkaRooms.includes(layer) ? [] : kafka;
};

const boundaries = ({ inTests }) => [
  'error',
  {
    allow: [],
    depConstraints: Object.entries(allowed).map(([layer, layers]) => ({
      sourceTag: `layer:${layer}`,
      onlyDependOnLibsWithTags: [...layers, ...(inTests ? ['testing'] : [])].map((name) => `layer:${name}`),
      bannedExternalImports: inTests && layer !== 'domain' ? [] : banned(layer),
    })),
  },
];

export default [
  { ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', '.nx/**', '.windlass/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser },
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': boundaries({ inTests: false }) },
  },
  {
    // Only tests and their fixtures may reach for the test stack, and use Kafka directly to look at what a service did.
    files: tests,
    rules: { '@nx/enforce-module-boundaries': boundaries({ inTests: true }) },
  },
  {
    // A domain function gives the same answer every time: no clock, no dice, no environment.
    files: ['**/libs/domain/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: [...io, '!node:crypto'], message: 'The domain core performs no IO.' },
            {
              group: ['node:crypto'],
              allowImportNames: ['hash'],
              message: 'Only `hash` gives the same answer every time.',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'console', 'crypto'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take the time as an argument.' },
        { object: 'Math', property: 'random', message: 'Take the identifier as an argument.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the time as an argument.' },
        { selector: 'AwaitExpression', message: 'The core is synchronous: what it wants done is part of its answer.' },
      ],
    },
  },
];
