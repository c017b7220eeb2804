// Proves that the layering rules can fail: lints small files that break them, and expects each named rule to speak.
// Runs through a real project graph, because without one the boundary rule passes in silence.
import { ESLint } from 'eslint';
import nxDevkit from '@nx/devkit';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(root);

const boundary = '@nx/enforce-module-boundaries';
/** path, text, the rule that must complain (null: none may). */
const cases = [
  ['libs/domain/dag/src/a.ts', "import { x } from '@windlass/messaging';\nexport { x };\n", boundary],
  ['libs/domain/dag/src/a.ts', "import { x } from '@windlass/contracts';\nexport { x };\n", boundary],
  ['libs/domain/dag/src/a.ts', "import fs from 'node:fs';\nexport { fs };\n", 'no-restricted-imports'],
  ['libs/domain/dag/src/a.ts', "import { hash } from 'node:crypto';\nexport { hash };\n", null],
  [
    'libs/domain/dag/src/a.ts',
    "import { randomUUID } from 'node:crypto';\nexport { randomUUID };\n",
    'no-restricted-imports',
  ],
  ['libs/domain/dag/src/a.ts', 'export const now = () => Date.now();\n', 'no-restricted-properties'],
  ['libs/domain/dag/src/a.ts', 'export const dice = () => Math.random();\n', 'no-restricted-properties'],
  ['libs/domain/dag/src/a.ts', 'export const now = () => new Date();\n', 'no-restricted-syntax'],
  ['libs/domain/dag/src/a.ts', 'export const home = () => process.env.HOME;\n', 'no-restricted-globals'],
  ['libs/domain/dag/src/a.ts', 'export const at = (us: number) => new Date(us / 1000);\n', null],
  ['libs/domain/windowing/src/a.ts', "import { refOf } from '@windlass/dag';\nexport { refOf };\n", null],
  ['libs/contracts/src/a.ts', "import { refOf } from '@windlass/dag';\nexport { refOf };\n", boundary],
  ['libs/messaging/src/a.ts', "import { refOf } from '@windlass/dag';\nexport { refOf };\n", boundary],
  ['apps/router/src/a.ts', "import { x } from '@windlass/testing';\nexport { x };\n", boundary],
  ['apps/router/src/a.spec.ts', "import { x } from '@windlass/testing';\nexport { x };\n", null],
  ['apps/router/src/a.ts', "import { Kafka } from 'kafkajs';\nexport { Kafka };\n", boundary],
  ['apps/router/src/a.ts', "import { x } from '../../trigger/src/main.ts';\nexport { x };\n", boundary],
  ['sdks/typescript/src/a.ts', "import { x } from '@windlass/messaging';\nexport { x };\n", boundary],
];

const graph = await nxDevkit.createProjectGraphAsync({ exitOnError: true });
const failures = [];

const untagged = Object.values(graph.nodes).filter(
  (node) => (node.data.tags ?? []).filter((tag) => tag.startsWith('layer:')).length !== 1,
);
for (const node of untagged) failures.push(`${node.name} must carry exactly one layer: tag`);

const edges = Object.values(graph.dependencies)
  .flat()
  .filter((edge) => edge.target.startsWith('@windlass/'));
if (edges.length === 0) failures.push('the project graph has no arrows: imports are not analysed');

const eslint = new ESLint({ cwd: root });
for (const [path, text, rule] of cases) {
  const [result] = await eslint.lintText(text, { filePath: join(root, path) });
  const rules = result.messages.map((message) => message.ruleId);
  const holds = rule === null ? rules.length === 0 : rules.includes(rule);
  if (!holds)
    failures.push(
      `${path}: ${JSON.stringify(text.split('\n')[0])} expected ${rule ?? 'no complaint'}, got ${JSON.stringify(rules)}`,
    );
}

for (const failure of failures) console.error(failure);
console.log(`layering rules: ${cases.length - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
