/** Jest transformer: the usual one, after the mutant of the variable `MUTANT` was put into its file. No file on the disk changes. */
const usual = require('../jest/esm-to-cjs.cjs');

const mutant = JSON.parse(process.env.MUTANT ?? 'null');
const isMutated = (file) => mutant !== null && file.endsWith(`/${mutant.file}`);
const mutated = (source, file) =>
  isMutated(file) ? source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end) : source;

module.exports = {
  process: (source, file, options) => usual.process(mutated(source, file), file, options),
  getCacheKey: (source, file, options) => usual.getCacheKey(mutated(source, file), file, options),
};
