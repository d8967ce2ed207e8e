/** Both come of an old Node.js. The second is of no weight here: the provider posts only where its own clients say. */
const KNOWN = /oidc-provider WARNING: (?:Unsupported runtime|failed to setup SSRF protection)/;
const output = globalThis.console;
const { warn } = output;

/**
 * Imported before oidc-provider, which warns of every Node before 22 at its import. Our tests of it pass on Node 20 too,
 * and what is told at each start hides what matters; other warnings are shown.
 */
output.warn = (...data: unknown[]): void => {
  if (!KNOWN.test(String(data[0]))) warn(...data);
};
