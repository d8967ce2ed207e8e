import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import type { TokenChange } from '../../test/fake-issuer.ts';
import { RunningOrdering } from '../../test/running-ordering.ts';

let ordering: RunningOrdering;

beforeAll(async () => {
  ordering = await RunningOrdering.start();
});
afterEach(() => ordering.issuer.comeBack());
afterAll(() => ordering.close());

const orders = (token?: TokenChange) => ordering.as('alice', 'GET', '/orders', token && { token });
const seconds = (offset: number): number => Math.floor(ordering.clock.epoch() / 1000) + offset;
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

describe('an access token', () => {
  it('is taken when it is what RFC 9068 asks for, its type and its scheme in any spelling', async () => {
    expect((await orders()).status).toBe(200);
    expect((await orders({ header: { typ: 'application/at+jwt' } })).status).toBe(200);
    expect((await orders({ claims: { aud: ['other', 'ordering'] } })).status).toBe(200);
    const token = ordering.issuer.token('alice', ordering.clock);
    expect((await ordering.get('/customers/me/orders', { authorization: `bearer ${token}` })).status).toBe(200);
  });

  it.each<[string, () => TokenChange]>([
    ['of another issuer', () => ({ claims: { iss: 'http://127.0.0.1:1' } })],
    ['for another audience', () => ({ claims: { aud: 'portico-api' } })],
    ['for no audience', () => ({ claims: { aud: undefined } })],
    ['that is an ID token', () => ({ header: { typ: 'JWT' } })],
    ['that is a logout token', () => ({ header: { typ: 'logout+jwt' } })],
    ['without a type', () => ({ header: { typ: undefined } })],
    ['that is over', () => ({ claims: { exp: seconds(-6) } })],
    ['that never ends', () => ({ claims: { exp: undefined } })],
    ['that is not valid yet', () => ({ claims: { nbf: seconds(30) } })],
    ['without a subject', () => ({ claims: { sub: undefined } })],
    ['with an empty subject', () => ({ claims: { sub: '' } })],
    ['with a subject that is no text', () => ({ claims: { sub: 7 } })],
    ['that is not signed', () => ({ header: { alg: 'none' } })],
    ['signed by another key under the same id', () => ({ key: stranger })],
    ['signed by an unknown key', () => ({ key: stranger, header: { kid: 'k-9' } })],
    [
      'signed with the public key as a secret',
      () => ({ header: { alg: 'HS256' }, key: createSecretKey(Buffer.from(ordering.issuer.publicPem)) }),
    ],
    ['with an unknown critical field', () => ({ header: { crit: ['x'], x: 1 } })],
  ])('%s is refused with 401 (case 71)', async (_, change) => {
    const answer = await orders(change());
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="ordering", error="invalid_token"');
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('is accepted for the 5 s by which clocks may differ', async () => {
    expect((await orders({ claims: { exp: seconds(-3) } })).status).toBe(200);
  });

  it.each(['', 'Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer not-a-token', `Bearer ${'a'.repeat(15_000)}`])(
    'is missed in %.20j',
    async (authorization) => {
      const answer = await ordering.get('/customers/me/orders', { authorization });
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([
        401,
        'Bearer realm="ordering", error="invalid_token"',
      ]);
    },
  );

  it('is asked for on every call of a customer; the challenge to one without names no error (RFC 6750, section 3.1)', async () => {
    const address = { name: 'Ada', street: 'Main street 1', city: 'Delft', postalCode: '2611 AA', country: 'NL' };
    const answers = [
      await ordering.get('/customers/me/orders'),
      await ordering.get('/customers/me/orders/o-0061'),
      await ordering.get('/customers/me/addresses'),
      await ordering.post('/customers/me/addresses', address),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="ordering"']);
    }
  });

  it('appears in no answer', async () => {
    const token = ordering.issuer.token('alice', ordering.clock, { claims: { exp: 1 } });
    const { text } = await ordering.get('/customers/me/orders', { authorization: `Bearer ${token}` });
    expect(text).not.toContain(token.slice(-40));
  });
});

describe('the keys of the identity provider', () => {
  it('are fetched once, and not for every token with an unknown key (case 58)', async () => {
    await orders();
    const before = ordering.issuer.keyRequests;
    for (let index = 0; index < 20; index++) {
      expect((await orders({ key: stranger, header: { kid: `unknown-${index}` } })).status).toBe(401);
    }
    expect((await orders()).status).toBe(200);
    expect(ordering.issuer.keyRequests).toBe(before);
  });
});

describe('without the identity provider', () => {
  it.each(['fails', 'hangs'] as const)(
    'ordering starts, serves guests, and says 503 to customers until it is back (%s)',
    async (how) => {
      const alone = await RunningOrdering.start();
      try {
        alone.issuer.goAway(how);
        expect((await alone.get('/health/ready')).status).toBe(200);
        expect((await alone.checkout('key-1', alone.fillBasket({ 'p-1': 1 }))).status).toBe(201);
        const answer = await alone.as('alice', 'GET', '/orders');
        expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
        expect(answer.text).not.toContain(alone.issuer.url);
        alone.issuer.comeBack();
        expect((await alone.as('alice', 'GET', '/orders')).status).toBe(200);
      } finally {
        await alone.close();
      }
    },
  );

  it('that describes another issuer nobody is believed', async () => {
    const alone = await RunningOrdering.start();
    try {
      alone.issuer.comeBack('http://127.0.0.1:1');
      expect((await alone.as('alice', 'GET', '/orders')).status).toBe(503);
    } finally {
      await alone.close();
    }
  });

  it.each([{ keys: 1_000_000 }, { discovery: 1_000_000 }])(
    'that answers without end nothing is kept of: %j',
    async (padding) => {
      const alone = await RunningOrdering.start();
      try {
        alone.issuer.comeBack(undefined, padding);
        expect((await alone.as('alice', 'GET', '/orders')).status).toBe(503);
        alone.issuer.comeBack(undefined, { keys: 10_000, discovery: 10_000 });
        expect((await alone.as('alice', 'GET', '/orders')).status).toBe(200);
      } finally {
        await alone.close();
      }
    },
  );
});
