/** Both come of an old Node.js. The second is of no weight here: the provider posts only where its own clients say. */
const KNOWN = /oidc-provider WARNING: (?:Unsupported runtime|failed to setup SSRF protection)/;
const output = globalThis.console;
const { warn } = output;

/** Import this before oidc-provider, which warns at its import too; other warnings are shown. */
output.warn = (...data: unknown[]): void => {
  if (!KNOWN.test(String(data[0]))) warn(...data);
};
