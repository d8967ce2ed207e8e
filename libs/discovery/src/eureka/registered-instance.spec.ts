import { instanceBody, type RegisteredInstance } from './registered-instance.ts';

const instance: RegisteredInstance = { name: 'web-bff', host: '10.0.0.7', port: 3000, renewalInterval: 30 };
const state = { status: 'UP', dirtyAt: 1_767_225_600_000 } as const;

const metadataOf = (about: Partial<RegisteredInstance>): unknown =>
  (instanceBody({ ...instance, ...about }, state) as { instance: { metadata?: unknown } }).instance.metadata;

describe('the body of a registration at Eureka', () => {
  it('writes an IPv6 address in brackets', () => {
    expect(instanceBody({ ...instance, host: '2001:db8::1' }, state)).toMatchObject({
      instance: { hostName: '2001:db8::1', homePageUrl: 'http://[2001:db8::1]:3000/' },
    });
  });

  it.each<[Partial<RegisteredInstance>, unknown]>([
    [{}, undefined],
    [{ tags: [] }, undefined],
    [{ zone: 'a' }, { zone: 'a' }],
    [{ weight: 0 }, { weight: '0' }],
    [{ tags: ['canary'] }, { canary: 'true' }],
    [{ tags: ['version=1.2=b', 'x='] }, { version: '1.2=b', x: '' }],
    [
      { tags: ['zone=b', 'weight=9'], zone: 'a', weight: 10 },
      { zone: 'a', weight: '10' },
    ],
  ])('has of %j the metadata %j', (about, expected) => {
    expect(metadataOf(about)).toEqual(expected);
  });
});
