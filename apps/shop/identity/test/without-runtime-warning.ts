const output = globalThis.console;
const { warn } = output;

/** Import this before oidc-provider, which says at its import that it wants a newer Node.js; other warnings are shown. */
output.warn = (...data: unknown[]): void => {
  if (!String(data[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...data);
};
