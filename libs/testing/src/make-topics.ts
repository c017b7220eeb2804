import type { Admin, ITopicConfig } from 'kafkajs';
import { eventually } from './eventually.ts';

/** Creates topics and resolves when each is served. kafkajs's own waiting fails when a broker has not heard of a topic yet. */
export async function makeTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics });
  for (const { topic } of topics) await eventually(() => admin.fetchTopicOffsets(topic));
}
