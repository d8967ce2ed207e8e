import { FakeClock, type FakeIdentityProvider, reply, startFakeIdentityProvider } from '@portico/testing';
import { errorOf, logIn, providerOf, sessionOf } from '../../test/provider-fixture.ts';
import type { Session } from '../session/session.ts';
import { breakingFetch } from './provider-breaker.ts';
import type { Provider } from './provider.ts';

const OPTIONS = { method: 'POST', body: null, headers: {}, redirect: 'manual' } as const;

describe('the breaker of an identity provider', () => {
  const clock = new FakeClock();
  const answers: Array<number | Error> = [];
  let sent: string[];
  let ask: (url?: string) => Promise<unknown>;
  beforeEach(() => {
    sent = [];
    answers.length = 0;
    const fetch = breakingFetch(
      async (url) => {
        sent.push(url);
        const answer = answers.shift() ?? 200;
        if (answer instanceof Error) throw answer;
        return new Response(null, { status: answer });
      },
      clock,
      5_000,
    );
    ask = (url = 'https://id.example/token') =>
      fetch(url, OPTIONS).then(
        ({ status }) => status,
        (error: unknown) => String(error),
      );
  });

  it('leaves an endpoint alone after five failures in a row, then tries once at a time', async () => {
    answers.push(500, new Error('reset'), 503, 429, new Error('silence'), 502);
    for (let i = 0; i < 5; i++) await ask();
    for (let i = 0; i < 100; i++) expect(await ask()).toMatch('left alone for a moment after 5 failures');
    expect(sent).toHaveLength(5);
    clock.advance(5_000);
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(sent).toHaveLength(6);
    clock.advance(5_000);
    expect(await ask()).toBe(200);
    for (let i = 0; i < 20; i++) expect(await ask()).toBe(200);
  });

  it('counts failures in a row only, and takes a refusal for somebody who is there', async () => {
    answers.push(500, 500, 500, 500, 400, 500, 500, 500, 500, 401, 500, 500, 500, 500, 404);
    for (let i = 0; i < 15; i++) await ask();
    expect(sent).toHaveLength(15);
  });

  it('keeps one endpoint from being left alone for another, whatever the query', async () => {
    answers.push(...Array.from({ length: 5 }, () => 500));
    for (let i = 0; i < 5; i++) await ask(`https://id.example/introspect?x=${i}`);
    expect(await ask('https://id.example/introspect')).toMatch('left alone');
    expect(await ask('https://id.example/token')).toBe(200);
  });
});

describe('a provider that is away', () => {
  let fake: FakeIdentityProvider;
  let provider: Provider;
  let session: Session;
  beforeAll(async () => {
    fake = await startFakeIdentityProvider();
    fake.user = 'alice';
    provider = providerOf(fake, { coolDown: 200 });
    session = sessionOf(await logIn(provider));
  });
  afterAll(() => fake.close());

  it('is not asked by every session that needs new tokens, and is found again', async () => {
    fake.answer('token', reply({ status: 503 }));
    const before = fake.calls.token;
    for (let sessions = 0; sessions < 50; sessions++) {
      expect((await errorOf(provider.refresh(session))).code).toBe('identity-provider-unavailable');
    }
    expect(fake.calls.token - before).toBeLessThan(10);
    fake.answer('token', undefined);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await provider.refresh(session);
  });
});
