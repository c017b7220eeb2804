import { z } from 'zod';
import { ConfigurationError } from './errors.ts';

/** One setting: where it comes from, what it may be, and what it means. Its documentation is made from this. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly variable: string;
  readonly schema: Schema;
  /** What it does, in a sentence. */
  readonly meaning: string;
  /** For instance `ms`, `bytes`. */
  readonly unit?: string;
  /** Never logged. */
  readonly secret?: boolean;
}

export type Settings = Readonly<Record<string, Setting>>;
export type ConfigOf<S extends Settings> = { readonly [Name in keyof S]: z.infer<S[Name]['schema']> };

/** Keeps the type of the setting's schema. */
export const setting = <Schema extends z.ZodType>(spec: Setting<Schema>): Setting<Schema> => spec;

/** Integer from text. */
export const integer = z
  .string()
  .regex(/^-?\d+$/, 'must be an integer')
  .transform(Number);

/** Comma separated, without empty parts. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/**
 * Reads all settings from the environment. An empty variable counts as absent.
 * @throws {ConfigurationError} with every bad setting, before anything connects. The values of secrets are not repeated.
 */
export function readSettings<S extends Settings>(
  settings: S,
  env: Readonly<Record<string, string | undefined>>,
): ConfigOf<S> {
  const problems: { path: string; message: string }[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, { variable, schema, meaning, secret }] of Object.entries(settings)) {
    const text = env[variable] === '' ? undefined : env[variable];
    const result = schema.safeParse(text);
    if (result.success) config[name] = result.data;
    else {
      const shown = text === undefined ? 'is not set' : secret ? 'is wrong' : `is ${JSON.stringify(text)}`;
      problems.push({
        path: variable,
        message: `${shown}: ${result.error.issues.map((issue) => issue.message).join(', ')} (${meaning})`,
      });
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config as ConfigOf<S>;
}

export interface SettingDescription {
  readonly variable: string;
  readonly type: string;
  /** As text, undefined: it must be set, or may be absent. */
  readonly default: string | undefined;
  readonly required: boolean;
  readonly unit: string | undefined;
  readonly meaning: string;
}

/** For the reference pages and `--help`. */
export function describeSettings(settings: Settings): SettingDescription[] {
  return Object.values(settings).map(({ variable, schema, meaning, unit }) => {
    const absent = schema.safeParse(undefined);
    const fallback = absent.success && absent.data !== undefined ? String(absent.data) : undefined;
    return { variable, type: typeOf(schema), default: fallback, required: !absent.success, unit, meaning };
  });
}

/** Name of a schema's type as a person would say it. */
function typeOf(schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  if (Array.isArray(json.enum)) return json.enum.join(' | ');
  if (typeof json.type === 'string') return json.type;
  const absent = schema.safeParse(undefined);
  const sample = absent.success && absent.data !== undefined ? absent.data : schema.safeParse('1').data;
  return Array.isArray(sample) ? 'list, comma separated' : typeof sample === 'number' ? 'number' : 'string';
}
