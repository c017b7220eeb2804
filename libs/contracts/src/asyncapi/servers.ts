type Json = Readonly<Record<string, unknown>>;

/** How the hub's Kafka is reached, without what is secret. */
export interface KafkaServers {
  /** host:port. */
  readonly brokers: readonly string[];
  readonly isEncrypted: boolean;
  /** SASL mechanism; absent: none. */
  readonly mechanism?: string;
  /** A user and password in it are left out. */
  readonly schemaRegistryUrl: string;
}

const SCHEMES: Readonly<Record<string, string>> = {
  plain: 'plain',
  'scram-sha-256': 'scramSha256',
  'scram-sha-512': 'scramSha512',
};

export function serversOf({ brokers, isEncrypted, mechanism, schemaRegistryUrl }: KafkaServers): Json {
  const server = (host: string): Json => ({
    host,
    protocol: isEncrypted ? 'kafka-secure' : 'kafka',
    ...(mechanism !== undefined && { security: [{ $ref: '#/components/securitySchemes/sasl' }] }),
    bindings: { kafka: { schemaRegistryUrl: withoutUser(schemaRegistryUrl), bindingVersion: '0.5.0' } },
  });
  return Object.fromEntries(brokers.map((host, i) => [`kafka-${i + 1}`, server(host)]));
}

export const securitySchemes = ({ mechanism }: KafkaServers): Json =>
  mechanism === undefined ? {} : { securitySchemes: { sasl: { type: SCHEMES[mechanism] ?? 'userPassword' } } };

function withoutUser(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  return parsed.href;
}
