import { httpRequest } from '@portico/testing';
import type { CompletedLogin, Provider } from '../../src/provider/provider.ts';

/** A login at a provider that asks nothing, as the fake one does. */
export async function logIn(provider: Provider): Promise<CompletedLogin> {
  const { url, attempt } = await provider.beginLogin({ returnTo: '/' });
  const { headers } = await httpRequest(url.href);
  return provider.completeLogin(new URL(String(headers['location'])), attempt);
}
