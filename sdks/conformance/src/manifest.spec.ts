import { readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { manifests } from './manifest.ts';

it('every SDK that has a conformance processor has a file here that runs the suite for it', () => {
  const files = readdirSync(new URL('./sdks/', import.meta.url)).sort();
  expect(files).toEqual(
    manifests()
      .map(({ name }) => `${name}.it.spec.ts`)
      .sort(),
  );
});
