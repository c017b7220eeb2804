/** A real broker with listeners for TLS, for SASL and for both beside its plain one; its keys are made by openssl for the occasion. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownStack, type OwnTestStack } from '@windlass/testing';

export const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type Mechanism = (typeof MECHANISMS)[number];

const USER = 'spoke';
const PASSWORD = 'not-a-secret';

export interface SecuredBroker {
  readonly stack: OwnTestStack;
  /** Settings of a client with a certificate of its own, over TLS; with a password from a file, but for `plain`. */
  settings(mechanism: Mechanism): Record<string, string>;
  /** Of one that is told whom to trust, and says nobody who it is. */
  readonly tlsAlone: Record<string, string>;
  /** Of one that trusts its network. */
  readonly saslAlone: Record<string, string>;
  /** A certificate that has not signed the broker's. */
  readonly strangerCa: string;
  stop(): Promise<void>;
}

export async function securedBroker(): Promise<SecuredBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-keys-'));
  const keys = makeKeys(folder);
  const [kafka, kafkaController, secured, tls, sasl] = (await freePorts(5)) as [number, number, number, number, number];
  const addresses = `BROKER://127.0.0.1:${kafka},SECURED://127.0.0.1:${secured},TLS://127.0.0.1:${tls},SASL://127.0.0.1:${sasl}`;
  const stack = await ownStack({
    ports: { kafka, kafkaController },
    scramUsers: { [USER]: PASSWORD },
    brokerProperties: {
      listeners: `${addresses},CONTROLLER://127.0.0.1:${kafkaController}`,
      'advertised.listeners': addresses,
      'listener.security.protocol.map':
        'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL,TLS:SSL,SASL:SASL_PLAINTEXT',
      'listener.name.secured.sasl.enabled.mechanisms': MECHANISMS.map((name) => name.toUpperCase()).join(','),
      'listener.name.secured.plain.sasl.jaas.config': `${LOGIN}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`,
      'listener.name.secured.scram-sha-256.sasl.jaas.config': `${LOGIN}.scram.ScramLoginModule required;`,
      'listener.name.secured.scram-sha-512.sasl.jaas.config': `${LOGIN}.scram.ScramLoginModule required;`,
      'listener.name.secured.ssl.client.auth': 'required',
      'listener.name.sasl.sasl.enabled.mechanisms': 'SCRAM-SHA-256',
      'listener.name.sasl.scram-sha-256.sasl.jaas.config': `${LOGIN}.scram.ScramLoginModule required;`,
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': keys.broker,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': keys.ca,
    },
  });
  const userOf = (mechanism: Mechanism): Record<string, string> => ({
    WINDLASS_KAFKA_SASL_MECHANISM: mechanism,
    WINDLASS_KAFKA_USERNAME: USER,
    ...(mechanism === 'plain'
      ? { WINDLASS_KAFKA_PASSWORD: PASSWORD }
      : { WINDLASS_KAFKA_PASSWORD: '', WINDLASS_KAFKA_PASSWORD_FILE: keys.password }),
  });
  const settings = (mechanism: Mechanism): Record<string, string> => ({
    WINDLASS_KAFKA_BROKERS: `127.0.0.1:${secured}`,
    WINDLASS_KAFKA_CA_FILE: keys.ca,
    WINDLASS_KAFKA_CERT_FILE: keys.cert,
    WINDLASS_KAFKA_KEY_FILE: keys.key,
    ...userOf(mechanism),
  });
  const tlsAlone = { WINDLASS_KAFKA_BROKERS: `127.0.0.1:${tls}`, WINDLASS_KAFKA_CA_FILE: keys.ca };
  const saslAlone = { WINDLASS_KAFKA_BROKERS: `127.0.0.1:${sasl}`, ...userOf('scram-sha-256') };
  const stop = async (): Promise<void> => {
    await stack.stack.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { stack, settings, tlsAlone, saslAlone, strangerCa: keys.stranger, stop };
}

const LOGIN = 'org.apache.kafka.common.security';

function makeKeys(folder: string) {
  const at = (name: string): string => join(folder, name);
  const make = (name: string, ...args: string[]): void => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`), '-subj', `/CN=${name}`];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...args], {
      stdio: 'pipe',
    });
  };
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-addext', 'basicConstraints=critical,CA:FALSE'];
  make('ca');
  make('stranger');
  make('broker', ...signed, '-addext', 'subjectAltName=IP:127.0.0.1');
  make('client', ...signed);
  writeFileSync(at('broker.keystore'), readFileSync(at('broker.key'), 'utf8') + readFileSync(at('broker.pem'), 'utf8'));
  writeFileSync(at('password'), `${PASSWORD}\n`);
  return {
    ca: at('ca.pem'),
    stranger: at('stranger.pem'),
    broker: at('broker.keystore'),
    cert: at('client.pem'),
    key: at('client.key'),
    password: at('password'),
  };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
