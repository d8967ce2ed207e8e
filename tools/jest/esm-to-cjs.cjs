/**
 * Jest transformer: our TypeScript and the ESM packages of node_modules become CommonJS.
 * Jest's own ESM loader cannot load Nest 12 on Node 20; this works on 20 and 24 without a flag.
 */
const { createTransformer } = require('@swc/jest');
const { readFileSync, existsSync } = require('node:fs');
const path = require('node:path');
const typescript = require('../dev/swc-options.cjs');

const ts = createTransformer({ ...typescript, sourceMaps: 'inline', module: { type: 'commonjs' } });
const js = createTransformer({
  swcrc: false,
  sourceMaps: false,
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs' },
});

const packageTypes = new Map();
const packageType = (directory) => {
  if (packageTypes.has(directory)) return packageTypes.get(directory);
  const manifest = path.join(directory, 'package.json');
  const parent = path.dirname(directory);
  let type = 'commonjs';
  if (existsSync(manifest)) type = JSON.parse(readFileSync(manifest, 'utf8')).type ?? 'commonjs';
  else if (parent !== directory) type = packageType(parent);
  packageTypes.set(directory, type);
  return type;
};
const isEsm = (file) => file.endsWith('.mjs') || (file.endsWith('.js') && packageType(path.dirname(file)) === 'module');
const transformerOf = (file) => (/\.[cm]?ts$/.test(file) ? ts : isEsm(file) ? js : undefined);

module.exports = {
  process: (source, file, options) => transformerOf(file)?.process(source, file, options) ?? { code: source },
  getCacheKey: (source, file, options) =>
    (transformerOf(file) ?? js).getCacheKey(source, file, options) + (isEsm(file) ? 'esm' : 'cjs'),
};
