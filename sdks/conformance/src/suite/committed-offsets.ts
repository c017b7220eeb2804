import { expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function commitsOffsets(sdk: SdkUnderTest): void {
  it(
    'commits what is answered, and claims what it holds',
    async () => {
      const { hub } = sdk;
      await eventually(() => hub.caughtUp(), { describe: async () => hub.committed() });
      const { instance } = hub.answers.at(-1)!.record;
      for (const { metadata } of (await hub.committed()).filter(({ offset }) => offset !== '-1'))
        expect(JSON.parse(metadata!)).toEqual({
          holder: expect.stringMatching(new RegExp(`^${instance}(#[0-9a-f]{8})?$`)),
          ...{ deaths: 0, alone: false },
        });
    },
    DEADLINE_MS,
  );
}
