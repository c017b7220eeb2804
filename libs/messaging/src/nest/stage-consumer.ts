import type { Family } from '@windlass/contracts';
import { MessagingError } from '../errors.ts';
import type { StageHandler } from '../stage/handler.ts';

/** Which stage a class handles, and whose topics it reads. */
export interface StageConsumerOptions {
  readonly stage: string;
  readonly families: readonly Family[];
}

type HandlerClass = abstract new (...dependencies: never[]) => StageHandler;

const declared = new WeakMap<object, StageConsumerOptions>();

/** Declares a Nest provider or controller as the handler of a stage; {@link StageStrategy} runs it. */
export const StageConsumer =
  (options: StageConsumerOptions) =>
  (target: HandlerClass): void => {
    declared.set(target, options);
  };

/** @throws {MessagingError} STAGE_MISCONFIGURED when the class was not declared. */
export function stageOf(handler: StageHandler): StageConsumerOptions {
  for (
    let target: unknown = handler.constructor;
    typeof target === 'function';
    target = Object.getPrototypeOf(target)
  ) {
    const options = declared.get(target);
    if (options) return options;
  }
  throw new MessagingError('STAGE_MISCONFIGURED', `${handler.constructor.name} has no @StageConsumer`);
}
