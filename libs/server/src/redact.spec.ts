import { redact } from './redact.ts';

it('case 103: hides secrets by name, in any case and depth, in lists and in errors', () => {
  const secrets = {
    Authorization: 's',
    COOKIE: 's',
    'set-cookie': ['s'],
    password: 's',
    access_token: 's',
    client_secret: 's',
  };
  const error = Object.assign(new Error('upstream said no'), { config: { headers: secrets } });
  const hidden = JSON.stringify(redact({ secrets, list: [{ a: { b: { c: secrets } } }], error }));
  expect(hidden).not.toMatch(/"s"/);
  expect(hidden).toContain('upstream said no');
});

it('leaves everything else as it was', () => {
  const date = new Date(0);
  expect(redact({ path: '/a', tokens: 3, nested: { list: [1, 'x', null, undefined], date } })).toEqual({
    path: '/a',
    tokens: 3,
    nested: { list: [1, 'x', null, undefined], date },
  });
});

it('ends on what refers to itself', () => {
  const loop: Record<string, unknown> = {};
  loop.loop = loop;
  expect(JSON.stringify(redact(loop))).toContain('[too deep]');
});

it('hides what looks like a secret in what errors say', () => {
  const error = new Error('redis://user:s3cret@10.0.0.1 failed', { cause: new Error('client_secret=s3cret') });
  expect(JSON.stringify(redact({ err: error }))).not.toContain('s3cret');
});
