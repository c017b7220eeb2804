/** One configuration for every project: TypeScript sources are run as ESM, straight from src (no build needed). */
export default {
  globalSetup: '<rootDir>/tools/test-stack/setup.mjs',
  globalTeardown: '<rootDir>/tools/test-stack/teardown.mjs',
  // For tests on real servers, the first of which may have to start them; no test asserts a time.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/tools/test-sequencer.mjs',
  testMatch: ['**/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2024',
        },
        module: { type: 'es6' },
      },
    ],
  },
  testEnvironmentOptions: { customExportConditions: ['windlass-source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['/dist/', '/.windlass/', '/.nx/', '/rust/target/'],
  watchPathIgnorePatterns: ['/dist/', '/.windlass/', '/rust/target/'],
};
