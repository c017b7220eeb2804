import type { Registry } from './ports.ts';

/** Names that are remembered as unknown; beyond that the registry is asked again. */
const LIMIT = 100_000;

/** What nobody has declared, so that the registry is not asked about it with every signal. Forgotten when the registry changes. */
export class ConfirmedUnknown {
  private readonly names = new Set<string>();
  private version = -1n;

  /** @throws {RegistryBehindError} */
  async confirm(names: readonly string[], registry: Registry): Promise<void> {
    if (this.version === registry.version && names.every((name) => this.names.has(name))) return;
    await registry.catchUp();
    if (this.version !== registry.version || this.names.size > LIMIT) this.names.clear();
    this.version = registry.version;
    for (const name of names) this.names.add(name);
  }
}
