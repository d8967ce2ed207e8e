import { lackOf } from './local-lack.ts';

const errorOf = (code: string, rest: object = {}): Error => Object.assign(new Error(`connect ${code}`), { code }, rest);

describe('lackOf', () => {
  it.each(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'])('knows %s as the own machine’s', (code) => {
    expect(lackOf(errorOf(code))).toBe(code);
    expect(lackOf(new Error('asking failed', { cause: errorOf(code) }))).toBe(code);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EPIPE', 'EACCES'])(
    'leaves %s with the other end',
    (code) => expect(lackOf(errorOf(code, { cause: new Error('why') }))).toBeUndefined(),
  );

  it('needs all addresses of a host to have failed so', () => {
    const [refused, lack] = [errorOf('ECONNREFUSED'), errorOf('EADDRNOTAVAIL')];
    expect(lackOf(new AggregateError([lack, lack]))).toBe('EADDRNOTAVAIL');
    expect(lackOf(new AggregateError([lack, refused]))).toBeUndefined();
    expect(lackOf(new AggregateError([]))).toBeUndefined();
  });

  it.each([
    ['EAI_AGAIN', 'getaddrinfo'],
    ['ECONNREFUSED', 'queryA'],
  ])('leaves a look-up that failed with %s with the name server while the process can open files', (code, syscall) => {
    expect(lackOf(errorOf(code, { syscall }))).toBeUndefined();
  });

  it.each([undefined, null, 'EMFILE', { code: 'EMFILE' }])('says nothing of %j, which is no error', (thrown) =>
    expect(lackOf(thrown)).toBeUndefined(),
  );
});
