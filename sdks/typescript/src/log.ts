export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where a processor tells what happens: one event, a message and its fields. pino's and the console's shapes fit through an adapter of three lines. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

/** An error as fields of a log line, its causes included. */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { class: name, message, stack, ...(cause === undefined ? {} : { cause: errorFields(cause) }) };
}

const jsonSafe = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? errorFields(value) : value;
};

/** One JSON object a line: `time` (ISO, UTC), `level`, `msg`, `base` fields, then the event's own. */
export function jsonLogger(
  level: LogLevel,
  base: Readonly<Record<string, unknown>> = {},
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Logger {
  const at =
    (own: LogLevel): Logger['info'] =>
    (msg, fields) => {
      if (ORDER[own] < ORDER[level]) return;
      write(`${JSON.stringify({ time: new Date().toISOString(), level: own, msg, ...base, ...fields }, jsonSafe)}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
