import js from '@eslint/js';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import typescript from 'typescript-eslint';

// The boundary rule reads Nx's cached project graph and passes everything when there is none: make it now.
process.env.NX_DAEMON = 'false';
process.env.NX_ISOLATE_PLUGINS = 'false';
await createProjectGraphAsync({ exitOnError: false });

/** Which layer may import which: docs/decisions and the README draw the same picture. */
const LAYERS = {
  'layer:core': ['layer:core'],
  'layer:engine': ['layer:engine', 'layer:kit', 'layer:core'],
  'layer:edge': ['layer:engine', 'layer:kit', 'layer:core'],
  'layer:testing': ['layer:core'],
  'layer:kit': ['layer:kit', 'layer:core'],
  'layer:app': ['layer:kit', 'layer:edge', 'layer:engine', 'layer:core'],
  'layer:tool': ['layer:kit', 'layer:edge', 'layer:engine', 'layer:core'],
};

/** Code of one client's BFF sees its own scope and what is shared; tools may see everything. */
const SCOPES = {
  'scope:shared': ['scope:shared'],
  'scope:web': ['scope:web', 'scope:shared'],
  'scope:mobile': ['scope:mobile', 'scope:shared'],
  'scope:admin': ['scope:admin', 'scope:shared'],
  'scope:shop': ['scope:shop', 'scope:shared'],
  'scope:tool': ['scope:*'],
};

/** @param alsoAllowed layers that every layer may import beside its own */
function boundaries(alsoAllowed) {
  const layers = Object.entries(LAYERS).map(([sourceTag, layersBelow]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: [...layersBelow, ...alsoAllowed],
  }));
  const scopes = Object.entries(SCOPES).map(([sourceTag, visible]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: visible,
  }));
  const options = {
    depConstraints: [...layers, ...scopes],
    // Specs of core use the testing library, which is built on core; no shipped code closes that circle.
    ignoredCircularDependencies: [['core', 'testing']],
  };
  return { '@nx/enforce-module-boundaries': ['error', options] };
}

const UNDICI = { name: 'undici', message: 'Only libs/upstream talks to upstreams; call them through an Upstream.' };
const CLIENTS = ['axios', '@nestjs/axios'].map((name) => ({ name, message: 'Too slow for the request path.' }));
const ENVIRONMENT = { name: 'node:process', importNames: ['env'], message: 'Read settings with loadConfig().' };
const NO_IO = {
  group: [
    '@nestjs/*',
    'fastify',
    'node:http*',
    'node:net',
    'node:tls',
    'node:dns*',
    'node:fs*',
    'node:dgram',
    'node:child_process',
  ],
  message: 'libs/core knows no framework and does no I/O.',
};

/** ESLint replaces a rule's options instead of adding to them, so each block states all that is forbidden in it. */
function forbidImports(paths, patterns = []) {
  return { 'no-restricted-imports': ['error', { paths, patterns }] };
}

const codeRules = {
  complexity: ['error', 10],
  'max-params': ['error', 4],
  'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportDefaultDeclaration', message: 'Export by name: one name for one thing everywhere.' },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: 'Read settings with loadConfig() of @portico/core.' },
  ],
  eqeqeq: 'error',
  'no-console': 'error',
};

const typeScriptRules = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  // Would turn imports of the classes that Nest injects into `import type`, which takes their metadata away.
  '@typescript-eslint/consistent-type-imports': 'off',
};

const TYPESCRIPT = ['**/*.ts', '**/*.tsx'];
const SPECS = ['**/*.{spec,services-spec}.{ts,tsx}', '**/test/**'];
const CONFIG_FILES = ['*.config.{mjs,cjs,js,ts}', '**/*.config.{mjs,cjs,js,ts}'];

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '.data/**',
      'coverage/**',
      '**/public/**',
      '**/assembly/**',
    ],
  },
  // Exceptions stand in this file, with their reason.
  { linterOptions: { noInlineConfig: true } },
  js.configs.recommended,
  { plugins: { '@nx': nx, '@typescript-eslint': typescript.plugin }, rules: { ...codeRules, ...boundaries([]) } },
  { files: TYPESCRIPT, extends: [typescript.configs.recommended], rules: typeScriptRules },
  {
    files: TYPESCRIPT,
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.spec.json', 'apps/storefront/tsconfig.json', 'apps/console/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  { files: ['**/*.mjs', '**/*.cjs', '**/*.js'], languageOptions: { globals: nodeGlobals() } },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },

  // Imports from outside, from the general to the particular.
  { rules: forbidImports([UNDICI, ...CLIENTS, ENVIRONMENT]) },
  { files: ['libs/upstream/**', 'libs/testing/**'], rules: forbidImports([...CLIENTS, ENVIRONMENT]) },
  // The control plane: registries are asked now and then, and convenience beats speed there.
  { files: ['libs/discovery/**'], rules: forbidImports([UNDICI, ENVIRONMENT]) },
  { files: ['libs/core/src/**'], ignores: SPECS, rules: forbidImports([UNDICI, ...CLIENTS, ENVIRONMENT], [NO_IO]) },
  // The benchmark compares Portico with what people build on these clients, and reads its own settings.
  {
    files: ['tools/**'],
    rules: { 'no-restricted-imports': 'off', 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  // Scripts that run before anything is built find each other by path.
  { files: ['tools/**/*.{mjs,cjs}'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  // The one reader of the environment, and the helper that sets it for a test.
  { files: ['libs/core/src/config.ts', 'libs/testing/src/**'], rules: { 'no-restricted-properties': 'off' } },

  // Markup is long but flat.
  {
    files: ['**/*.tsx'],
    rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: SPECS,
    rules: {
      ...boundaries(['layer:testing']),
      // The columns of a table of cases become parameters.
      'max-params': 'off',
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'no-restricted-properties': 'off',
    },
  },
  // Tools ask for a default export.
  { files: CONFIG_FILES, rules: { 'no-restricted-syntax': 'off', 'no-restricted-properties': 'off' } },
  {
    files: ['apps/storefront/vite.config.ts', 'apps/console/vite.config.ts'],
    extends: [typescript.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: null } },
  },
  prettier,
);

/** Node's globals that our scripts use. */
function nodeGlobals() {
  const names = [
    'Buffer',
    'URL',
    '__dirname',
    'clearTimeout',
    'console',
    'fetch',
    'module',
    'performance',
    'process',
    'require',
    'setTimeout',
  ];
  return Object.fromEntries(names.map((name) => [name, 'readonly']));
}
