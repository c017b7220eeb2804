import { compatibilityOf, schemaOf, subjectOf, type SchemaFamily } from '@windlass/contracts';

const json = { 'content-type': 'application/vnd.schemaregistry.v1+json' };

async function asked(url: string, init: RequestInit = {}): Promise<any> {
  const response = await fetch(url, { ...init, headers: json });
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}: ${await response.text()}`);
  return response.json();
}

/** The schema registry as the hub uses it, and as a processor must have used it. */
export class Registry {
  readonly #url: string;
  readonly #prefix: string;

  constructor(url: string, prefix: string) {
    this.#url = url;
    this.#prefix = prefix;
  }

  async register(family: SchemaFamily): Promise<number> {
    const subject = subjectOf(this.#prefix, family);
    const body = { schema: JSON.stringify(schemaOf(family)) };
    const { id } = await asked(`${this.#url}/subjects/${subject}/versions`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const level = { compatibility: compatibilityOf(family) };
    await asked(`${this.#url}/config/${subject}`, { method: 'PUT', body: JSON.stringify(level) });
    return id as number;
  }

  /** What somebody else has registered. */
  async registered(family: SchemaFamily): Promise<{ id: number; compatibility: string }> {
    const subject = subjectOf(this.#prefix, family);
    const { id } = await asked(`${this.#url}/subjects/${subject}/versions/latest`);
    const { compatibilityLevel } = await asked(`${this.#url}/config/${subject}`);
    return { id, compatibility: compatibilityLevel };
  }
}
