import { instanceBody, type RegisteredInstance } from './registered-instance.ts';

const instance: RegisteredInstance = { name: 'web-bff', host: '10.0.0.7', port: 3000, renewalInterval: 30 };
const state = { status: 'UP', dirtyAt: 1_767_225_600_000 } as const;

const metadataOf = (about: Partial<RegisteredInstance>): unknown =>
  (instanceBody({ ...instance, ...about }, state) as { instance: { metadata?: unknown } }).instance.metadata;

describe('the body of a registration at Eureka', () => {
  it('says who and where the instance is, and how long it lives without a renewal', () => {
    expect(instanceBody(instance, state)).toEqual({
      instance: {
        instanceId: '10.0.0.7:web-bff:3000',
        app: 'WEB-BFF',
        hostName: '10.0.0.7',
        ipAddr: '10.0.0.7',
        vipAddress: 'web-bff',
        status: 'UP',
        port: { $: 3000, '@enabled': 'true' },
        homePageUrl: 'http://10.0.0.7:3000/',
        statusPageUrl: 'http://10.0.0.7:3000/health/live',
        healthCheckUrl: 'http://10.0.0.7:3000/health/ready',
        dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
        leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
        lastDirtyTimestamp: '1767225600000',
      },
    });
  });

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
