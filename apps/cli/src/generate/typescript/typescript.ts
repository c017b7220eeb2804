import { join } from 'node:path';
import type { MetadataField } from '@windlass/dag';
import { identifiersOf, type Identifier } from '../identifiers.ts';
import {
  GENERATED,
  type AlgorithmStub,
  type StubLanguage,
  type StubSource,
  type WindowTypeStub,
} from '../stub-language.ts';
import { algorithmDoc, isComposed, unitDoc } from '../wording.ts';
import { docstring, propertyKey } from './comments.ts';
import { naming, typeName } from './naming.ts';
import { declarationOf, typeOf } from './result-kinds.ts';

const WINDOW_TYPES = 'window-types';

/** Modules for the TypeScript SDK: one for each processor, one for all window types. */
export const typescript: StubLanguage = { name: 'typescript', extension: '.ts', folder: 'windlass', files };

async function files({ contents, origin, folder }: StubSource): Promise<ReadonlyMap<string, string>> {
  const modules = contents.processors.map(({ processor, owner, algorithms }): [string, string] => [
    fileOf(processor),
    moduleText({
      title: `Algorithms of the processor \`${processor}\` (team ${owner})`,
      origin,
      parts: identifiersOf(algorithms, naming).map(algorithmText),
    }),
  ]);
  if (contents.windowTypes.length > 0)
    modules.push([
      `${WINDOW_TYPES}.ts`,
      moduleText({
        title: 'Window types',
        origin,
        parts: identifiersOf(contents.windowTypes, naming).map(windowTypeText),
      }),
    ]);
  return new Map(
    await Promise.all(
      modules.map(async ([name, text]): Promise<[string, string]> => [name, await formatted(text, join(folder, name))]),
    ),
  );
}

/** No name holds a dot, so no other processor has this file. */
const fileOf = (processor: string): string =>
  processor === WINDOW_TYPES ? `${processor}.processor.ts` : `${processor}.ts`;

interface Module {
  readonly title: string;
  readonly origin: string;
  readonly parts: readonly string[];
}

const moduleText = ({ title, origin, parts }: Module): string =>
  [`// ${title}, ${GENERATED}\n// From ${origin}.\nimport * as sdk from '@windlass/sdk';`, ...parts, ''].join('\n\n');

function algorithmText({ of, identifier }: Identifier<AlgorithmStub>): string {
  const { ref, result, windowTypes } = of;
  const told = docstring(algorithmDoc(ref, windowTypes, result));
  const name = typeName(identifier, 'Result');
  const isNamed = isComposed(result);
  return [
    ...(isNamed ? [docstring(`What \`${ref}\` answers with.`), `export type ${name} = ${typeOf(result)};\n`] : []),
    told,
    `export const ${identifier} = sdk.remote<${isNamed ? name : typeOf(result)}>(${JSON.stringify(ref)}, ${declarationOf(result)});`,
  ].join('\n');
}

function windowTypeText({ of, identifier }: Identifier<WindowTypeStub>): string {
  const { ref, owner, metadata } = of;
  const fields = Object.entries(metadata).map(metadataText);
  const name = typeName(identifier, 'Metadata');
  return [
    docstring(`Metadata of windows of \`${ref}\`.`),
    `export type ${name} = {${fields.map((field) => `\n${field}`).join('')}\n};\n`,
    docstring(`\`${ref}\` (team ${owner}).`),
    `export const ${identifier} = sdk.windowType<${name}>(${JSON.stringify(ref)});`,
  ].join('\n');
}

const METADATA_TYPES = { double: 'number', string: 'string', boolean: 'boolean' } as const;

const metadataText = ([name, { type, unit, required }]: [string, MetadataField]): string =>
  [
    ...(unit === undefined ? [] : [docstring(unitDoc(unit))]),
    `readonly ${propertyKey(name)}${required ? '' : '?'}: ${METADATA_TYPES[type]}${required ? '' : ' | null'};`,
  ].join('\n');

/** As the team's own settings want it. Loaded when first needed: the other commands start faster without. */
async function formatted(text: string, filepath: string): Promise<string> {
  const { format, resolveConfig } = await import('prettier');
  return format(text, { ...(await resolveConfig(filepath, { editorconfig: true })), filepath });
}
