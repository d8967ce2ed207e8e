import { eventually, FakeClock, hang, reply } from '@portico/testing';
import { type FakeEureka, startFakeEureka } from '../../test/eureka/fake-eureka.ts';
import { events, type RegistrationEvent } from '../events.ts';
import type { Registration } from '../registration.ts';
import { type EurekaRegistrationOptions, registerEureka } from './eureka-registration.ts';

const ENTRY = 'apps/WEB-BFF/10.0.0.7%3Aweb-bff%3A3000';

describe('the registration with Eureka', () => {
  let eureka: FakeEureka;
  let clock: FakeClock;
  let registration: Registration;
  let states: string[];
  const listen = (event: unknown): void => void states.push((event as RegistrationEvent).state);
  beforeEach(async () => {
    eureka = await startFakeEureka();
    clock = new FakeClock();
    registration = register();
    states = [];
    events.registration.subscribe(listen);
  });
  afterEach(async () => {
    events.registration.unsubscribe(listen);
    await registration.close();
    await eureka.close();
  });

  function register(more: Partial<EurekaRegistrationOptions> = {}): Registration {
    const service = { name: 'web-bff', host: '10.0.0.7', port: 3000 };
    return registerEureka({ ...service, environment: { EUREKA_URL: eureka.url }, clock, random: () => 0.5, ...more });
  }

  /** Lets the next renewal come due and waits until it has ended, which is when the one after it is set. */
  async function renewal(wait = 30_000): Promise<void> {
    clock.advance(wait);
    await eventually(() => clock.pending === 1, 10_000);
  }

  it('registers as UP, with what others need to reach it', async () => {
    await registration.start();
    expect(eureka.asked).toEqual(['POST apps/WEB-BFF']);
    expect(JSON.parse(eureka.upstream.requests[0]!.body.toString())).toEqual({
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
    expect(states).toEqual(['registered']);
  });

  it('writes an IPv6 address in brackets where it is part of a URL', async () => {
    await register({ host: 'fd00::7' }).start();
    const { instance } = JSON.parse(eureka.upstream.requests[0]!.body.toString()) as { instance: object };
    expect(instance).toMatchObject({ ipAddr: 'fd00::7', healthCheckUrl: 'http://[fd00::7]:3000/health/ready' });
  });

  it('renews its lease every 30 s', async () => {
    await registration.start();
    await renewal();
    await renewal();
    const renew = `PUT ${ENTRY}?status=UP&lastDirtyTimestamp=1767225600000`;
    expect(eureka.asked).toEqual(['POST apps/WEB-BFF', renew, renew]);
  });

  it('says STARTING until it is ready, UP while it is and DOWN when it is no more, at once and in each renewal', async () => {
    const statuses = (): unknown[] => [...eureka.instances.values()].map(({ status }) => status);
    registration.announce(false);
    await registration.start();
    expect(statuses()).toEqual(['STARTING']);
    for (const [isReady, status] of [
      [true, 'UP'],
      [false, 'DOWN'],
      [true, 'UP'],
    ] as const) {
      clock.advance(1_000);
      registration.announce(isReady);
      registration.announce(isReady);
      await eventually(() => statuses()[0] === status && clock.pending === 1, 10_000);
      await renewal();
      expect(eureka.asked.at(-1)).toContain(`PUT ${ENTRY}?status=${status}`);
    }
    expect(eureka.asked.filter((asked) => asked.startsWith('POST'))).toHaveLength(4);
  });

  it('says what changed while it was being registered as soon as it is', async () => {
    const starting = registration.start();
    registration.announce(false);
    await starting;
    clock.advance(0);
    await eventually(() => [...eureka.instances.values()][0]?.status !== 'UP', 10_000);
  });

  it('carries zone, weight and tags in its metadata', async () => {
    const own = { zone: 'eu-1', weight: 5, tags: ['v2', 'team=shop=web'] };
    await register(own).start();
    const { instance } = JSON.parse(eureka.upstream.requests[0]!.body.toString()) as { instance: object };
    const metadata = { zone: 'eu-1', weight: '5', v2: 'true', team: 'shop=web' };
    expect(instance).toMatchObject({ metadata });
  });

  it('was not there to be taken away when registering was refused', async () => {
    eureka.behave(reply({ status: 403 }));
    await registration.start();
    eureka.behave();
    await registration.close();
    expect(states).toEqual(['failed']);
  });

  it('renews as often as it is told', async () => {
    registration = register({ renewalInterval: 2 });
    await registration.start();
    await renewal(2_000);
    expect(eureka.asked.at(-1)).toContain(`PUT ${ENTRY}`);
  });

  it('registers again, with a new time, when the server does not know it any more', async () => {
    await registration.start();
    eureka.remove([...eureka.instances.values()][0]!);
    await renewal();
    expect(eureka.asked.slice(-2)).toEqual([expect.stringContaining('PUT'), 'POST apps/WEB-BFF']);
    expect([...eureka.instances.values()]).toMatchObject([{ lastDirtyTimestamp: '1767225630000' }]);
  });

  it('starts without a registry that is away, tries again with back-off, and says so once', async () => {
    eureka.behave(reply({ status: 503 }));
    await registration.start();
    await renewal(500);
    await renewal(1_000);
    expect(states).toEqual(['failed']);
    eureka.behave();
    await renewal(2_000);
    expect(eureka.instances.size).toBe(1);
    expect(states).toEqual(['failed', 'registered']);
  });

  it('cancels on close and renews no more', async () => {
    await registration.start();
    await registration.close();
    expect(eureka.asked.at(-1)).toBe(`DELETE ${ENTRY}`);
    expect(eureka.instances.size).toBe(0);
    expect(clock.pending).toBe(0);
    expect(states).toEqual(['registered', 'deregistered']);
  });

  it("takes nothing away when it was never started, nor a second time: the entry is somebody else's by then", async () => {
    const successor = register();
    await registration.close();
    expect(eureka.asked).toEqual([]);
    const predecessor = register();
    await predecessor.start();
    await predecessor.close();
    await successor.start();
    await predecessor.close();
    expect(eureka.instances.size).toBe(1);
    await successor.close();
  });

  it('waits on close for a registration under way, so that it cannot arrive after the cancellation', async () => {
    let isAnswered = false;
    eureka.behave(async (request, response) => {
      await reply({ status: 204, delay: 200 })(request, response);
      isAnswered = true;
    });
    const starting = registration.start();
    await eventually(() => eureka.asked.length === 1, 10_000);
    eureka.behave();
    await registration.close();
    expect(isAnswered).toBe(true);
    expect(eureka.asked).toEqual(['POST apps/WEB-BFF', `DELETE ${ENTRY}`]);
    await starting;
  });

  it('closes in bounded time and without an error when the registry hangs', async () => {
    await registration.start();
    eureka.behave(hang());
    await registration.close();
    expect(states).toEqual(['registered', 'failed']);
    eureka.behave();
  });

  it('goes to the next peer when one is away, which knows it or is told', async () => {
    const other = await startFakeEureka();
    registration = register({ environment: { EUREKA_URL: `${eureka.url},${other.url}` } });
    await registration.start();
    eureka.behave(reply({ status: 500 }));
    await renewal();
    expect(other.asked).toEqual([expect.stringContaining(`PUT ${ENTRY}`), 'POST apps/WEB-BFF']);
    await registration.close();
    await other.close();
  });
});
