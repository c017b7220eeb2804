import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Document, LineCounter, parseDocument, type YAMLParseError, type YAMLWarning } from 'yaml';
import { withIcalFiles } from './ical-files.ts';
import { DefinitionsFileError, type FileProblem, unreadable } from './definitions-file-error.ts';

/** A definitions file as data, and where in the text each part of it stands. */
export interface DefinitionsFile {
  readonly value: unknown;
  /** `file:line:column` of a path like `windowTypes[2].open.fixed.size`, or of the nearest part of it that exists. */
  readonly locate: (path: string) => string;
}

/** @throws {DefinitionsFileError} naming everything that keeps it from being read, with its place. */
export async function readDefinitionsFile(path: string): Promise<DefinitionsFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DefinitionsFileError([unreadable(path, cause)], { cause });
  });
  const { problems: ofText, ...file } = parsed(text, path);
  const { value, problems: ofFiles } = await withIcalFiles(file, dirname(path));
  return orRefused({ ...file, value }, [...ofText, ...ofFiles]);
}

/** @throws {DefinitionsFileError} naming every syntax error with its place. */
export function parseDefinitionsText(text: string, path: string): DefinitionsFile {
  const { problems, ...file } = parsed(text, path);
  return orRefused(file, problems);
}

function orRefused(rest: DefinitionsFile, [first, ...more]: readonly FileProblem[]): DefinitionsFile {
  if (first) throw new DefinitionsFileError([first, ...more], { rest });
  return rest;
}

interface Parsed extends DefinitionsFile {
  /** What is wrong with the text, though nobody can take it for something else. */
  readonly problems: readonly FileProblem[];
}

function parsed(text: string, path: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const faults = faultsIn(document);
  const problems = faults.map((fault) => problemOf(fault, place));
  const [first, ...more] = problems;
  if (first && !faults.every(({ code }) => CLEAR.has(code))) throw new DefinitionsFileError([first, ...more]);
  return {
    problems,
    value: valueOf(document, path),
    locate: (at) => {
      for (let keys = keysOf(at); keys.length > 0; keys = keys.slice(0, -1)) {
        const node = document.getIn(keys, true) as { readonly range?: readonly [number, number, number] } | undefined;
        if (node?.range) return place(node.range[0]);
      }
      return path;
    },
  };
}

type Place = (offset: number) => string;

type Fault = YAMLParseError | YAMLWarning;

/** What is no YAML, what a file has beside its one document, and tags: the parser would leave them out. */
const faultsIn = ({ errors, warnings }: Document): Fault[] => [
  ...errors,
  ...warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED'),
];

/** Faults beside which the rest says what it says without them. */
const CLEAR: ReadonlySet<Fault['code']> = new Set(['MULTIPLE_DOCS', 'TAG_RESOLVE_FAILED', 'DUPLICATE_KEY']);

const problemOf = (fault: Fault, place: Place): FileProblem => ({
  code: 'BAD_YAML',
  at: place(fault.pos[0]),
  ...said(fault),
});

function said({ code, message }: Fault): Pick<FileProblem, 'message' | 'mend'> {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return {
        message: 'another document begins here, and a file is one',
        mend: 'leave out "---" where they are one, or make it a file of its own',
      };
    case 'TAG_RESOLVE_FAILED':
      return { message: `${message}: nothing here is read by a tag`, mend: 'leave the tag out; quote what is a text' };
    case 'DUPLICATE_KEY':
      return { message, mend: 'give each field once' };
    case 'TAB_AS_INDENT':
      return { message, mend: 'indent with spaces' };
    default:
      return {
        message,
        mend: 'correct it: a text with ": ", " #", "@" or brackets needs quotes, and lists and objects an end',
      };
  }
}

/** Aliases that unfold without end are refused by the parser's own limit. */
function valueOf(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    const mend = 'write out what its aliases stand for';
    throw new DefinitionsFileError([{ code: 'BAD_YAML', at: path, message: (cause as Error).message, mend }], {
      cause,
    });
  }
}

/** `windowTypes[2].open` as keys; what is in brackets and no number names something outside of the file. */
function keysOf(path: string): (string | number)[] {
  if (/\[(?!\d+\])/.test(path)) return [];
  return [...path.matchAll(/[^.[\]]+/g)].map(([key]) => (/^\d+$/.test(key) ? Number(key) : key));
}
