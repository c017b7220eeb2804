import { expect, it } from '@jest/globals';
import { namespaceOf, testStack } from '@windlass/testing';
import { RegistryClient } from './schema-registry.ts';

const schema = { type: 'record', name: 'Sample', fields: [{ name: 'value', type: 'double' }] };

it('gives a subject its level when whoever registered it was killed before that', async () => {
  const { schemaRegistryUrl } = await testStack();
  const subject = `${namespaceOf('half registered')}-value`;
  const of = (path: string) => `${schemaRegistryUrl}${path}`;
  const half = await fetch(of(`/subjects/${subject}/versions`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  const { id } = (await half.json()) as { id: number };
  const client = new RegistryClient(schemaRegistryUrl);
  expect(await client.register({ subject, schema, compatibility: 'FULL_TRANSITIVE' })).toBe(id);
  const config = (await (await fetch(of(`/config/${subject}`))).json()) as { compatibilityLevel: string };
  expect(config.compatibilityLevel).toBe('FULL_TRANSITIVE');
  await expect(client.register({ subject, schema, compatibility: 'BACKWARD_TRANSITIVE' })).rejects.toMatchObject({
    code: 'SCHEMA_REFUSED',
  });
});
