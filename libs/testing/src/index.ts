export { hang, reply, reset, type Reply } from './behaviours.ts';
export { entriesIn } from './entries-in.ts';
export { eventually } from './eventually.ts';
export { FakeClock } from './fake-clock.ts';
export {
  type FakeIdentityProvider,
  type FakeIdentityProviderOptions,
  startFakeIdentityProvider,
} from './fake-identity-provider.ts';
export { HttpBrowser, type VisitProvider } from './http-browser.ts';
export { generateSigningKey, mintToken, publicJwk, type SigningKey } from './fake-identity-provider-keys.ts';
export {
  type Behaviour,
  type FakeUpstream,
  type FakeUpstreamOptions,
  type RecordedRequest,
  type Script,
  startFakeUpstream,
} from './fake-upstream.ts';
export { type FaultProxy, type FaultProxyOptions, type Faults, startFaultProxy } from './fault-proxy.ts';
export { type Growing, growthOf } from './growth-of.ts';
export { type HttpAnswer, httpRequest, type HttpRequestOptions } from './http-client.ts';
export { parseResponses, type RawResponse } from './parse-responses.ts';
export { type RawExchange, rawRequest, type RawRequestBytes, type RawRequestOptions } from './raw-client.ts';
export { type RawAnswer, type RawUpstream, startRawUpstream } from './raw-upstream.ts';
export { requireService } from './require-service.ts';
export { seededRandom } from './seeded-random.ts';
export { startBff, type StartedBff } from './start-bff.ts';
export { testContext } from './test-context.ts';
export { withinATurn } from './within-a-turn.ts';
