const base = require('../../jest.config.cjs');

/** Jest as usual, with the mutant that `MUTANT` describes in the place of its source. */
module.exports = {
  ...base,
  rootDir: '../..',
  transform: { '\\.[cm]?[jt]s$': '<rootDir>/tools/mutants/mutate.cjs' },
};
