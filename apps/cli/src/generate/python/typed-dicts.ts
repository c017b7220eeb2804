import { docstring } from './literals.ts';
import { TAKEN } from './naming.ts';

export interface TypedField {
  readonly name: string;
  /** The text of its type. */
  readonly type: string;
  readonly doc?: string | undefined;
}

/** The classes of a module, each before it is used. */
export class TypedDicts {
  readonly texts: string[] = [];
  readonly #names = new Set<string>();

  /** Declares a class, called as wished unless another of the module is, and returns its name. */
  declare(wished: string, doc: string, fields: readonly TypedField[]): string {
    const name = this.#free(wished);
    this.texts.push(fields.every(isPlain) ? classText(name, doc, fields) : callText(name, doc, fields));
    return name;
  }

  #free(wished: string): string {
    let name = wished;
    for (let n = 2; this.#names.has(name); n++) name = `${wished}_${n}`;
    this.#names.add(name);
    return name;
  }
}

/** A field that a class can have; two underscores would be mangled, and the name of a type would hide it. */
const isPlain = ({ name }: TypedField): boolean => /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !TAKEN.has(name);

const classText = (name: string, doc: string, fields: readonly TypedField[]): string =>
  [
    `class ${name}(TypedDict):`,
    `    ${docstring(doc)}`,
    ...fields.flatMap((field) => [
      `    ${field.name}: ${field.type}`,
      ...(field.doc === undefined ? [] : [`    ${docstring(field.doc)}`]),
    ]),
  ].join('\n');

const callText = (name: string, doc: string, fields: readonly TypedField[]): string =>
  [
    `${name} = TypedDict(`,
    `    ${JSON.stringify(name)},`,
    '    {',
    ...fields.map(
      (field) =>
        `        ${JSON.stringify(field.name)}: ${field.type},${field.doc === undefined ? '' : `  # ${field.doc.replace(/\s+/g, ' ')}`}`,
    ),
    '    },',
    ')',
    docstring(doc),
  ].join('\n');
