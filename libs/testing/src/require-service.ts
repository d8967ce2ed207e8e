/**
 * Address of a real server that a `*.services-spec.ts` needs. `npm run test:services` reads these calls, so that it can
 * name every variable that is missing at once.
 *
 * @param variable name of the environment variable, as a literal, for instance `'REDIS_URL'`
 * @throws when it is not set: such a test fails, it is never skipped
 */
export function requireService(variable: string): string {
  const address = process.env[variable];
  if (!address) throw new Error(`${variable} is not set: this test needs a real server`);
  return address;
}
