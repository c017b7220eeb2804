import { z } from 'zod';
import { definitions } from './definitions.ts';
import { registration } from './registration.ts';

type Json = Readonly<Record<string, unknown>>;

/** JSON Schema (draft 2020-12) of the definitions file as people write it: editors complete and check by it. */
export const definitionsJsonSchema = (): Json => jsonSchema(definitions, 'The definitions file of a Windlass hub');

/** JSON Schema of the body with which a processor registers. */
export const registrationJsonSchema = (): Json => jsonSchema(registration, 'The registration of a Windlass processor');

function jsonSchema(schema: z.ZodType, title: string): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' }) as Json;
  return { $schema, title, ...rest };
}

/** The reference page: every field with type, default and meaning, made from the same schemas that parse. */
export function referencePage(introduction: string): string {
  const [file, body] = [definitionsJsonSchema() as Node, registrationJsonSchema() as Node];
  return [
    introduction.trimEnd(),
    '## The definitions file\n\nFields at the top:',
    ...sections(file, ''),
    ...named(file, []),
    '## Registration of a processor\n\nThe body of `POST /v1/processors` (SDKs send it):',
    ...sections(body, ''),
    ...named(body, Object.keys(file.$defs ?? {})),
    '',
  ].join('\n\n');
}

/** A page with, at its end, how much each field of both documents may hold, from the same schemas. */
export function limitsPage(introduction: string): string {
  const rows = [
    ...limitsIn(definitionsJsonSchema() as Node, ''),
    ...limitsIn(registrationJsonSchema() as Node, 'registration'),
  ].filter(([field]) => !field.startsWith('registration.windowTypes[]'));
  const told = [...new Map(rows.map(([field, most]) => [`${field} ${most}`, `| \`${field}\` | ${most} |`])).values()];
  return [introduction.trimEnd(), `| field | at most |\n| --- | --- |\n${told.join('\n')}`, ''].join('\n\n');
}

function limitsIn(node: Node, path: string): [string, string][] {
  const { $defs = {}, properties = {}, items, additionalProperties, anyOf = [] } = node;
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const most = mostOf(node);
  return [
    ...(most === undefined || path === '' ? [] : [[path, most] as [string, string]]),
    ...Object.entries(properties).flatMap(([name, field]) => limitsIn(field, at(name))),
    ...(items ? limitsIn(items, `${path}[]`) : []),
    ...(typeof additionalProperties === 'object' ? limitsIn(additionalProperties, at('*')) : []),
    ...anyOf.flatMap((one) => limitsIn(one, path)),
    ...Object.entries($defs).flatMap(([name, part]) => limitsIn(part, name)),
  ];
}

/** What has a pattern, such as a name or a duration, is told with it. */
function mostOf({ maxItems, maxLength, maximum, pattern }: Node): string | undefined {
  const number = (value: number): string => value.toLocaleString('en-US');
  if (maxItems !== undefined) return `${number(maxItems)} entries`;
  if (maxLength !== undefined && pattern === undefined) return `${number(maxLength)} characters`;
  return maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : number(maximum);
}

/** Objects that several fields hold, each once. */
const named = ({ $defs = {} }: Node, told: readonly string[]): string[] =>
  Object.entries($defs).flatMap(([name, node]) => (told.includes(name) ? [] : sections(node, name)));

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly pattern?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
}

/** A table of an object's fields, then a section for each field that is itself an object. */
function sections(node: Node, title: string): string[] {
  const fields = Object.entries(node.properties ?? {});
  const rows = fields.map(
    ([name, field]) =>
      `| \`${name}\`${node.required?.includes(name) ? ' (required)' : ''} | ${cell(typeText(field))} | ${cell(meaning(field))} |`,
  );
  const table = rows.length > 0 ? [`| field | type | meaning |\n| --- | --- | --- |\n${rows.join('\n')}`] : [];
  const inner = fields.flatMap(([name, field]) =>
    objectsOf(field).flatMap((object) => sections(object, title === '' ? name : `${title}.${name}`)),
  );
  return [...(title !== '' && table.length > 0 ? [`### ${title}`] : []), ...table, ...inner];
}

/** Objects with fields of their own that a field may hold: itself, its items, its values, its alternatives. */
function objectsOf(node: Node): Node[] {
  if (node.properties) return [node];
  const inside = [
    node.items,
    typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined,
    ...(node.anyOf ?? []),
  ];
  return inside.flatMap((one) => (one ? objectsOf(one) : []));
}

function typeText(node: Node): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum) return node.enum.map((one) => `\`${String(one)}\``).join(' \\| ');
  if (node.anyOf) return node.anyOf.map(typeText).join(' or ');
  if (node.$ref !== undefined) return node.$ref.split('/').at(-1)!;
  if (node.items) return `list of ${typeText(node.items)}`;
  if (typeof node.additionalProperties === 'object') return `map to ${typeText(node.additionalProperties)}`;
  if (node.pattern?.includes('us|ms|s|m|h|d')) return 'duration';
  return node.type === 'integer' ? `integer${range(node)}` : (node.type ?? 'any');
}

function range({ minimum, maximum }: Node): string {
  const low = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const high = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (low === undefined && high === undefined) return '';
  return high === undefined ? ` ≥ ${low}` : ` ${low ?? ''}…${high}`;
}

function meaning(node: Node): string {
  const said = node.description ?? '';
  if (node.default === undefined || said.includes('default')) return said;
  return `${said}${said ? '; ' : ''}default \`${JSON.stringify(node.default)}\``;
}

const cell = (text: string): string => text.replace(/(?<!\\)\|/g, '\\|').replaceAll('\n', ' ');
