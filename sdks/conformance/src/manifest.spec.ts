import { readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { byToolchain, manifests } from './manifest.ts';

it('every SDK that has a conformance processor has a file here that runs the suite for it', () => {
  const files = readdirSync(new URL('./sdks/', import.meta.url)).sort();
  expect(files).toEqual(
    manifests()
      .map(({ name }) => `${name}.it.spec.ts`)
      .sort(),
  );
});

it('an SDK whose toolchain is missing is left out, and told with what it needs', () => {
  const sdk = (name: string) => ({ name, needs: [], command: [], signals: [], cwd: '.' });
  const [whole, partial] = [sdk('go'), sdk('rust')];
  expect(byToolchain([whole, partial], ({ name }) => (name === 'rust' ? ['cargo', 'cc'] : []))).toEqual({
    present: [whole],
    lacking: ['rust (needs cargo, cc)'],
  });
});
