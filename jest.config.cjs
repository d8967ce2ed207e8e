/** One configuration for every project; `nx test <project>` runs Jest on that project's folder. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: ['**/*.spec.ts'],
  transform: { '\\.[cm]?[jt]s$': '<rootDir>/tools/jest/esm-to-cjs.cjs' },
  transformIgnorePatterns: [],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironmentOptions: { customExportConditions: ['@portico/source', 'node', 'node-addons'] },
  setupFiles: ['reflect-metadata'],
  // Some tests start processes; a busy machine needs time for that.
  testTimeout: 20_000,
};
