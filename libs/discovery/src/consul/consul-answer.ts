import type { RegistryAnswer } from '../registry-client.ts';

/** Characters of an error's text that are shown. */
const MAX_TEXT = 100;

/** @throws Error with the status, and Consul's own words, which come as plain text, when it is not 200 */
export function expectOk({ status, body }: RegistryAnswer): void {
  if (status === 200) return;
  const words = typeof body === 'string' && body !== '' ? `: ${body.slice(0, MAX_TEXT)}` : '';
  throw new Error(`Consul answered ${status}${words}`);
}
