import type { MetadataField } from '@windlass/dag';
import { identifiersOf, type Identifier } from '../identifiers.ts';
import {
  GENERATED,
  type AlgorithmStub,
  type StubLanguage,
  type StubSource,
  type WindowTypeStub,
} from '../stub-language.ts';
import { algorithmDoc, unitDoc } from '../wording.ts';
import { docstring, literal } from './literals.ts';
import { className, naming, snakeCase, TAKEN } from './naming.ts';
import { declarationOf, typeOf } from './result-kinds.ts';
import { TypedDicts } from './typed-dicts.ts';

const WINDOW_TYPES = 'window_types';

/** A package for the Python SDK: a module for each processor, one for all window types. Its folder must not hide the SDK's own package. */
export const python: StubLanguage = { name: 'python', extension: '.py', folder: 'windlass_stubs', files };

function files({ contents, origin }: StubSource): Promise<ReadonlyMap<string, string>> {
  const modules = contents.processors.map(({ processor, owner, algorithms }): [string, string] => [
    fileOf(processor),
    moduleText(`Algorithms of the processor \`${processor}\` (team ${owner})`, origin, (dicts) =>
      identifiersOf(algorithms, naming).map((one) => algorithmText(one, dicts)),
    ),
  ]);
  if (contents.windowTypes.length > 0)
    modules.push([
      `${WINDOW_TYPES}.py`,
      moduleText('Window types', origin, (dicts) =>
        identifiersOf(contents.windowTypes, naming).map((one) => windowTypeText(one, dicts)),
      ),
    ]);
  if (modules.length > 0) modules.unshift(['__init__.py', `${head('Stubs of algorithms and window types', origin)}\n`]);
  return Promise.resolve(new Map(modules));
}

/** Names begin with a letter, so no other processor has this file. */
function fileOf(processor: string): string {
  const name = snakeCase(processor);
  return TAKEN.has(name) || name === WINDOW_TYPES ? `_${name}.py` : `${name}.py`;
}

const head = (title: string, origin: string): string => `# ${title}, ${GENERATED}\n# From ${origin}.`;

/** Formatters and linters leave it as it is: `--check` compares bytes. */
function moduleText(title: string, origin: string, partsOf: (dicts: TypedDicts) => readonly string[]): string {
  const dicts = new TypedDicts();
  const constants = partsOf(dicts);
  const body = [...dicts.texts, ...constants].join('\n\n\n');
  const used = (...names: readonly string[]): string => names.filter((name) => body.includes(name)).join(', ');
  const [typing, extensions] = [used('Any', 'Literal'), used('NotRequired', 'TypedDict')];
  return [
    `${head(title, origin)}\n# fmt: off\n# ruff: noqa`,
    'from __future__ import annotations',
    ...(typing === '' ? [] : [`from typing import ${typing}`]),
    `import windlass as sdk${extensions === '' ? '' : `\nfrom typing_extensions import ${extensions}`}`,
    `\n${body}\n`,
  ].join('\n\n');
}

function algorithmText({ of, identifier }: Identifier<AlgorithmStub>, dicts: TypedDicts): string {
  const { ref, result, windowTypes } = of;
  const doc = `What \`${ref}\` answers with.`;
  const type = typeOf(result, { name: `${className(identifier)}Result`, doc, dicts });
  return [
    `${identifier} = sdk.Remote[${type}](${literal(ref)}, ${declarationOf(result)})`,
    docstring(algorithmDoc(ref, windowTypes, result)),
  ].join('\n');
}

function windowTypeText({ of, identifier }: Identifier<WindowTypeStub>, dicts: TypedDicts): string {
  const { ref, owner, metadata } = of;
  const name = dicts.declare(
    `${className(identifier)}Metadata`,
    `Metadata of windows of \`${ref}\`.`,
    Object.entries(metadata).map(([field, told]) => ({
      name: field,
      type: metadataType(told),
      doc: told.unit === undefined ? undefined : unitDoc(told.unit),
    })),
  );
  return [`${identifier} = sdk.WindowType[${name}](${literal(ref)})`, docstring(`\`${ref}\` (team ${owner}).`)].join(
    '\n',
  );
}

const METADATA_TYPES = { double: 'float', string: 'str', boolean: 'bool' } as const;

const metadataType = ({ type, required }: MetadataField): string =>
  required ? METADATA_TYPES[type] : `NotRequired[${METADATA_TYPES[type]} | None]`;
