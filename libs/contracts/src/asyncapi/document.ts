import { families } from '../families.ts';
import { avroContentType } from '../headers.ts';
import { topicDeclarations, type HubTopics } from '../topics.ts';
import { channelId, channelOf, operationsOf } from './channels.ts';
import { messageOf } from './messages.ts';
import { securitySchemes, serversOf, type KafkaServers } from './servers.ts';

export interface AsyncApiSource {
  /** Prefix, partitions, teams and registered processors. */
  readonly hub: HubTopics;
  /** The DAG revision of which these are the processors. */
  readonly revision: number;
  readonly kafka: KafkaServers;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * AsyncAPI 3.0 document of every topic of a hub: who writes and reads it, its records with their Avro schemas, keys and headers.
 * The same source gives the same document.
 * @throws {ContractError} BAD_NAME, BAD_PARTITION_COUNT.
 */
export function asyncApiDocument({ hub, revision, kafka }: AsyncApiSource): Json {
  const declarations = topicDeclarations(hub);
  const channels = declarations.map((declaration) => [channelId(declaration, hub.prefix), declaration] as const);
  return {
    asyncapi: '3.0.0',
    info: {
      title: `Windlass hub \`${hub.prefix}\``,
      version: String(revision),
      description: `Every topic of the hub with the window topics of DAG revision ${revision}. Values are Avro in the Confluent wire format: a zero byte, the schema's id in four bytes, the encoded value.`,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: avroContentType,
    servers: serversOf(kafka),
    channels: Object.fromEntries(channels.map(([id, declaration]) => [id, channelOf(declaration)])),
    operations: Object.fromEntries(channels.flatMap(([id, { family }]) => operationsOf(id, family))),
    components: {
      messages: Object.fromEntries(families.map((family) => [family, messageOf(hub.prefix, family)])),
      ...securitySchemes(kafka),
    },
  };
}
