import {
  isIdText,
  isSourceName,
  limits,
  metadataBytesOf,
  sourceNameRule,
  type ResultEmission,
  type Task,
} from '@windlass/contracts';
import type { AnyAlgorithm, ChildWindow } from '../definition/algorithm.ts';
import { refOfWindowType } from '../definition/window-type.ts';
import { NonRetryableError } from '../errors.ts';

/** An algorithm emitted a child window that cannot be. */
export class BadEmission extends NonRetryableError {
  constructor(message: string) {
    super(message);
    this.name = 'BadEmission';
  }
}

/** Collects the child windows of one execution. */
export class Emissions {
  readonly items: ResultEmission[] = [];
  readonly #key: string;
  readonly #allowed: ReadonlySet<string>;

  constructor({ pane }: Task, algorithm: AnyAlgorithm) {
    this.#key = pane.key;
    this.#allowed = new Set((algorithm.emits ?? []).map(refOfWindowType));
  }

  /** @throws BadEmission on an undeclared type, an empty window, too many windows, or too much metadata. */
  add(child: ChildWindow<any>): void {
    const windowType = refOfWindowType(child.windowType);
    const { startUs, endUs, metadata = {}, key = this.#key, emissionKey = null } = child;
    if (!this.#allowed.has(windowType)) {
      throw new BadEmission(`emits ${windowType}, declared are ${[...this.#allowed].join(', ') || 'none'}`);
    }
    if (!Number.isSafeInteger(startUs) || !Number.isSafeInteger(endUs) || endUs <= startUs) {
      throw new BadEmission(
        `a window [${startUs}, ${endUs}) is no window: whole microseconds, the end after the start`,
      );
    }
    checkTypes(key, emissionKey, metadata);
    if (!isSourceName(key)) throw new BadEmission(`key '${key.slice(0, 60)}' must have ${sourceNameRule}`);
    if (emissionKey !== null && !isIdText(emissionKey))
      throw new BadEmission(
        `emissionKey must have 1 to ${limits.idLength} characters (idLength), none a control character`,
      );
    if (this.items.length >= limits.emissionsPerResult) {
      throw new BadEmission(`more than ${limits.emissionsPerResult} windows (emissionsPerResult)`);
    }
    const bytes = metadataBytesOf(metadata);
    if (bytes > limits.metadataBytes) {
      throw new BadEmission(`metadata of ${bytes} bytes, limit metadataBytes is ${limits.metadataBytes}`);
    }
    this.items.push({ windowType, key, startUs, endUs, emissionKey, metadata });
  }
}

/** The type system says so already; JavaScript does not. */
function checkTypes(key: unknown, emissionKey: unknown, metadata: object): void {
  if (typeof key !== 'string' || (emissionKey !== null && typeof emissionKey !== 'string')) {
    throw new BadEmission('key and emissionKey are text');
  }
  for (const [field, value] of Object.entries(metadata)) {
    if (value !== null && !['boolean', 'number', 'string'].includes(typeof value)) {
      throw new BadEmission(`metadata.${field} is ${typeof value}; it can be null, boolean, number or text`);
    }
  }
}
