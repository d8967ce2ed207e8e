import { growthOf } from '@portico/testing';
import fc from 'fast-check';
import { hideSecrets } from './hide-secrets.ts';

const SECRET = 'Zx9-secret_Value.8';

it.each([
  [`connect to redis://user:${SECRET}@10.0.0.1:6379 failed`],
  [`GET https://blob.example/a/b?sv=1&sig=${SECRET} gave 403`],
  [`target /orders?token=${SECRET} is not valid`],
  [`the header was Authorization: Basic ${SECRET}`],
  [`{"authorization":"Bearer ${SECRET}"}`],
  [`Cookie: a=1; __Host-sid=${SECRET}; b=2`],
  [`set-cookie: sid=${SECRET}; Path=/`],
  [`token eyJhbGciOiJIUzI1NiJ9.${SECRET} is expired`],
  [`body was grant_type=authorization_code&code=${SECRET}&client_secret=${SECRET}`],
  [`{"refresh_token":"${SECRET}","id_token": "${SECRET}"}`],
  [`password: '${SECRET}'`],
  [`x-api-key=${SECRET}`],
  [`DPoP ${SECRET} was not accepted`],
  [`-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----`],
])('hides the secret in %s', (text) => {
  expect(hideSecrets(text)).not.toContain(SECRET);
});

it('hides long words that are made by no person', () => {
  expect(hideSecrets(`session ${'a1b2'.repeat(12)} is unknown`)).toBe('session [redacted] is unknown');
});

it.each([
  'connect ECONNREFUSED 127.0.0.1:4001',
  'getaddrinfo ENOTFOUND catalog.internal.example',
  'self-signed certificate in certificate chain (SELF_SIGNED_CERT_IN_CHAIN)',
  "Hostname/IP does not match certificate's altnames: Host: a.example. is not in the cert's altnames: DNS:b.example",
  'unexpected "iss" (issuer) response parameter value',
  'code: ECONNRESET, status code: 503',
  'Bearer token is missing',
  'trace 0af7651916cd43dd8448eb211c80319c, request 123e4567-e89b-12d3-a456-426614174000',
  'https://id.example/realms/shop/.well-known/openid-configuration answered 404',
])('leaves %s as it is', (text) => {
  expect(hideSecrets(text)).toBe(text);
});

it.each([
  ...['/', 'a', 'token', 'eyJaaaaaa.', 'bearer ', 'a://', 'a1', 'key=', '"'].map((piece) => [piece, 4_000] as const),
  // The pattern looks 10,000 characters ahead: up to there each position looks as far as the text goes.
  ['-----BEGIN PRIVATE KEY-----', 40_000] as const,
])('takes time that grows with a text of many %j and no faster', (piece, size) => {
  const make = (length: number): string => piece.repeat(Math.ceil(length / piece.length));
  expect(growthOf({ make, work: hideSecrets }, size)).toBeLessThan(4);
});

it('hides the value of a secret field whatever it is made of', () => {
  const value = fc.stringMatching(/^[\w.~+/-]{8,60}$/);
  fc.assert(
    fc.property(
      value,
      fc.constantFrom('client_secret', 'access_token', 'Password', 'code_verifier'),
      (secret, name) => {
        expect(hideSecrets(`it got ${name}=${secret}&x=1`)).not.toContain(secret);
      },
    ),
  );
});
