/** One configuration for every project: TypeScript sources are run as ESM, straight from src (no build needed). */
export default {
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
  modulePathIgnorePatterns: ['/dist/', '/.windlass/', '/.nx/'],
  watchPathIgnorePatterns: ['/dist/', '/.windlass/'],
};
