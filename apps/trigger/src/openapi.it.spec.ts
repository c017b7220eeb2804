import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openApiProblems, testStack } from '@windlass/testing';
import { TriggerGround } from './trigger.fixture.ts';

let ground: TriggerGround;
beforeAll(() => testStack());
afterAll(() => ground?.close());

it('the OpenAPI document of the trigger is valid and complete', async () => {
  ground = await TriggerGround.make('openapi of the trigger');
  const { url } = await ground.start();
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as object;
  expect(await openApiProblems(document, { bodiless: ['post /v1/overflow/{source}/release'] })).toEqual([]);
});
