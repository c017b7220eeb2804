import type { Family } from '../families.ts';
import { topicPages } from '../generated/pages.ts';
import type { TopicDeclaration } from '../topics.ts';

type Json = Readonly<Record<string, unknown>>;

/** The topic without prefix and version: `signals`, `windows.health`. */
export const channelId = ({ topic }: TopicDeclaration, prefix: string): string =>
  topic.slice(prefix.length + 1, -'.v1'.length);

export function channelOf({ topic, family, partitions, replicationFactor, config }: TopicDeclaration): Json {
  const { summary, description } = topicPages[family];
  return {
    address: topic,
    title: family,
    summary,
    ...(description && { description }),
    messages: { [family]: { $ref: `#/components/messages/${family}` } },
    bindings: {
      kafka: {
        topic,
        partitions,
        replicas: replicationFactor,
        topicConfiguration: Object.fromEntries(Object.entries(config).map(configured)),
        bindingVersion: '0.5.0',
      },
    },
  };
}

const configured = ([name, value]: [string, string]): [string, unknown] => {
  if (name === 'cleanup.policy') return [name, value.split(',')];
  return [name, /^\d+$/.test(value) ? Number(value) : value];
};

/** Who takes part, as the pages of the topics name them. */
const PARTIES = ['trigger', 'router', 'result-collector', 'dag-registry', 'processor', 'people', 'anyone'] as const;

/** One for those who write the channel's records, one for those who read them. */
export function operationsOf(channel: string, family: Family): [string, Json][] {
  const { writtenBy, readBy } = topicPages[family];
  return [
    [
      `${channel}.send`,
      operation({ action: 'send', channel, family, summary: `Written by ${writtenBy}.`, who: writtenBy }),
    ],
    [
      `${channel}.receive`,
      operation({ action: 'receive', channel, family, summary: `Read by ${readBy}.`, who: readBy }),
    ],
  ];
}

interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: string;
  readonly family: Family;
  readonly summary: string;
  readonly who: string;
}

const operation = ({ action, channel, family, summary, who }: Operation): Json => ({
  action,
  channel: { $ref: `#/channels/${channel}` },
  summary,
  tags: PARTIES.filter((party) => new RegExp(`\\b${party}`).test(who)).map((name) => ({ name })),
  messages: [{ $ref: `#/channels/${channel}/messages/${family}` }],
});
