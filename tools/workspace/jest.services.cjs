const { join } = require('node:path');

/** The workspace's Jest, for the specs against real servers instead of the others. */
module.exports = {
  ...require('../../jest.config.cjs'),
  rootDir: join(__dirname, '../..'),
  testMatch: ['**/*.services-spec.ts'],
  // One after the other: some of them stop a server that others need.
  maxWorkers: 1,
};
