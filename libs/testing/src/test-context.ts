import { RequestContext, type RequestContextInit } from '@portico/core';

/** A request context with fixed values, for code that needs one: no test has to know what else a context holds. */
export function testContext(overrides: Partial<RequestContextInit> = {}): RequestContext {
  return new RequestContext({
    requestId: 'test-request',
    client: { address: '127.0.0.1', protocol: 'http', host: 'shop.test' },
    trace: {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      parentId: undefined,
      flags: '01',
      state: '',
    },
    ...overrides,
  });
}
