import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { type FakeClock, type FakeUpstream, hang, reply, startFakeUpstream } from '@portico/testing';

/** Changes to a token: of its header and claims; `undefined` takes one away. */
export interface TokenChange {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signs with this key instead of the issuer's. */
  readonly key?: KeyObject;
}

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An identity provider as ordering sees it: discovery, keys, and tokens made by hand, so that they can be wrong in every way. */
export class FakeIssuer {
  /** How often the keys were asked for. */
  keyRequests = 0;
  #keys = [newKey('k-1')];

  private constructor(private readonly upstream: FakeUpstream) {
    this.comeBack();
  }

  static async start(): Promise<FakeIssuer> {
    return new FakeIssuer(await startFakeUpstream({}));
  }

  get url(): string {
    return this.upstream.url;
  }

  /** The public key as PEM. */
  get publicPem(): string {
    return this.#keys.at(-1)!.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  close(): Promise<void> {
    return this.upstream.close();
  }

  /** Lets every question fail with 503, or hang. */
  goAway(how: 'fails' | 'hangs' = 'fails'): void {
    this.upstream.use(how === 'fails' ? reply({ status: 503, body: 'away' }) : hang());
  }

  /**
   * Answers as usual.
   *
   * @param issuer what discovery says of itself
   * @param padding characters that make its answers longer
   */
  comeBack(issuer = this.url, padding: { readonly keys?: number; readonly discovery?: number } = {}): void {
    this.upstream.use((request, response) => {
      if (request.url === '/keys') {
        this.keyRequests += 1;
        return reply({ json: { keys: this.#keys.map(publicJwk), more: 'x'.repeat(padding.keys ?? 0) } })(
          request,
          response,
        );
      }
      const found = request.url === '/.well-known/openid-configuration';
      const more = 'x'.repeat(padding.discovery ?? 0);
      return reply(found ? { json: { issuer, jwks_uri: `${this.url}/keys`, more } } : { status: 404 })(
        request,
        response,
      );
    });
  }

  /** Signs with a new key from now on. */
  rotate(): void {
    this.#keys = [newKey(`k-${this.#keys.length + 1}-${randomUUID()}`)];
  }

  /** An access token as RFC 9068 has it, for the audience ordering, valid for a minute. */
  token(sub: string, clock: FakeClock, { header, claims, key }: TokenChange = {}): string {
    const now = Math.floor(clock.epoch() / 1000);
    const { kid, privateKey } = this.#keys.at(-1)!;
    const head = { alg: 'RS256', typ: 'at+jwt', kid, ...header };
    const body = {
      iss: this.url,
      aud: 'ordering',
      sub,
      client_id: 'web-bff',
      jti: randomUUID(),
      iat: now,
      exp: now + 60,
      ...claims,
    };
    const content = `${segment(head)}.${segment(body)}`;
    return `${content}.${signature(head.alg, content, key ?? privateKey)}`;
  }
}

function signature(algorithm: string, content: string, key: KeyObject): string {
  if (algorithm === 'none') return '';
  if (algorithm === 'HS256') return createHmac('sha256', key).update(content).digest('base64url');
  return sign('sha256', Buffer.from(content), key).toString('base64url');
}

type Key = ReturnType<typeof newKey>;

const newKey = (kid: string) => ({ kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });

const publicJwk = ({ kid, publicKey }: Key): object => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg: 'RS256',
  use: 'sig',
});
