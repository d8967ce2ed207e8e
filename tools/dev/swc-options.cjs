/** swc settings for TypeScript, shared by `nx serve` and Jest: decorators with metadata, so that Nest can inject by type. */
module.exports = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};
