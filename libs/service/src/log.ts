import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** Whatever is logged under these names is replaced: a secret never reaches a log, not even by mistake. */
const secrets = ['password', 'token', 'secret', 'authorization', 'postgresUrl', 'sasl'];

/** JSON lines on standard output (or `stream`), each with the service's name. */
export function createLog({
  name,
  level,
  stream,
}: {
  readonly name: string;
  readonly level: string;
  readonly stream?: DestinationStream;
}): Log {
  return pino(
    {
      level,
      base: { service: name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
    },
    stream ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** Nest's own messages. What it says while it wires modules and routes is of interest only when debugging. */
export class NestLog implements LoggerService {
  private readonly logger: Log;

  constructor(logger: Log) {
    this.logger = logger;
  }

  log(message: unknown, ...context: unknown[]): void {
    this.write('debug', message, context);
  }
  debug(message: unknown, ...context: unknown[]): void {
    this.write('debug', message, context);
  }
  verbose(message: unknown, ...context: unknown[]): void {
    this.write('debug', message, context);
  }
  warn(message: unknown, ...context: unknown[]): void {
    this.write('warn', message, context);
  }
  error(message: unknown, ...context: unknown[]): void {
    this.write('error', message, context);
  }
  fatal(message: unknown, ...context: unknown[]): void {
    this.write('error', message, context);
  }

  /** Nest ends its arguments with the context, and puts an error's stack before it. */
  private write(level: 'debug' | 'warn' | 'error', message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    if (message instanceof Error) this.logger[level]({ err: message, context }, message.message);
    else this.logger[level]({ context, ...(stack ? { stack } : {}) }, String(message));
  }
}
