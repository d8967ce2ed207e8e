import { ConfigError } from '@portico/core';
import { eventually, FakeClock, hang, reply, reset } from '@portico/testing';
import { type FakeAgent, startFakeAgent } from '../../test/consul/fake-agent.ts';
import { events, type RegistrationEvent } from '../events.ts';
import type { Registration } from '../registration.ts';
import { registerConsul } from './consul-registration.ts';

const TOKEN = 'b1gs33cr3t';
const ID = 'web-bff-10.0.0.9-3000';
const LOOK_INTERVAL = 10_000;

describe('registration with Consul', () => {
  let agent: FakeAgent;
  let clock: FakeClock;
  let registration: Registration;
  const told: RegistrationEvent[] = [];
  const listen = (message: unknown) => void told.push(message as RegistrationEvent);

  beforeEach(async () => {
    agent = await startFakeAgent();
    clock = new FakeClock();
    told.length = 0;
    events.registration.subscribe(listen);
  });

  afterEach(async () => {
    await registration.close();
    events.registration.unsubscribe(listen);
    await agent.close();
  });

  function open(host = '10.0.0.9', url = agent.url): Registration {
    const environment = { CONSUL_URL: url, CONSUL_TOKEN: TOKEN };
    registration = registerConsul({ name: 'web-bff', host, port: 3000, environment, clock, random: () => 0.5 });
    return registration;
  }

  /** Lets the wait pass, and what is asked after it. */
  async function advance(milliseconds: number): Promise<void> {
    const { length } = agent.requests;
    clock.advance(milliseconds);
    await eventually(() => agent.requests.length > length && clock.pending === 1);
  }

  it('makes an entry with a check of readiness that removes what stays critical', async () => {
    await open().start();
    expect([...agent.services.values()]).toEqual([
      {
        ID,
        Name: 'web-bff',
        Address: '10.0.0.9',
        Port: 3000,
        Check: {
          Name: 'ready',
          HTTP: 'http://10.0.0.9:3000/health/ready',
          Interval: '5s',
          Timeout: '2s',
          DeregisterCriticalServiceAfter: '1m',
        },
      },
    ]);
    expect(told).toEqual([{ kind: 'consul', id: ID, state: 'registered', failure: undefined }]);
  });

  it('carries zone, weight and tags', async () => {
    const own = { zone: 'eu-1', weight: 5, tags: ['v2'] };
    const environment = { CONSUL_URL: agent.url };
    registration = registerConsul({ name: 'web-bff', host: '10.0.0.9', port: 3000, environment, clock, ...own });
    await registration.start();
    const entry = { Tags: ['v2'], Meta: { zone: 'eu-1' }, Weights: { Passing: 5, Warning: 5 } };
    expect([...agent.services.values()]).toEqual([expect.objectContaining(entry)]);
  });

  it('tells each reason why it fails once, and of no entry that was never made', async () => {
    agent.answerWith(reply({ status: 500, body: 'No cluster leader' }));
    await open().start();
    await eventually(() => clock.pending === 1);
    agent.answerWith(reply({ status: 403, body: 'Permission denied' }));
    await advance(500);
    await advance(1_000);
    agent.answerWith(undefined);
    await registration.close();
    expect(told.map(({ state, failure }) => [state, failure])).toEqual([
      ['failed', 'Consul answered 500: No cluster leader'],
      ['failed', 'Consul answered 403: Permission denied'],
    ]);
  });

  it('takes the entry away when it is closed, and does nothing after that', async () => {
    await open().start();
    await registration.close();
    expect(agent.services.size).toBe(0);
    expect(clock.pending).toBe(0);
    expect(told.map(({ state }) => state)).toEqual(['registered', 'deregistered']);
  });

  it('shows the token in a header and in no URL', async () => {
    await open().start();
    await registration.close();
    for (const { headers, url } of agent.requests) {
      expect(headers['x-consul-token']).toBe(TOKEN);
      expect(url).not.toContain(TOKEN);
    }
    expect(agent.requests).toHaveLength(2);
  });

  it('writes an IPv6 address into the check with brackets and finds its entry by the id', async () => {
    await open('fd00::7').start();
    expect([...agent.services.values()][0]!.Check.HTTP).toBe('http://[fd00::7]:3000/health/ready');
    await registration.close();
    expect(agent.asked).toEqual(['register', 'deregister web-bff-fd00::7-3000']);
    expect(agent.services.size).toBe(0);
  });

  it('registers anew when the agent was restarted and forgot it, and only then', async () => {
    await open().start();
    await advance(LOOK_INTERVAL);
    expect(agent.asked).toEqual(['register', `look ${ID}`]);
    agent.services.clear();
    await advance(LOOK_INTERVAL);
    expect(agent.asked).toEqual(['register', `look ${ID}`, `look ${ID}`, 'register']);
    expect([...agent.services.keys()]).toEqual([ID]);
  });

  it('lets the process start while the agent fails, and tries again with back-off', async () => {
    agent.answerWith(reply({ status: 403, body: 'Permission denied' }));
    await open().start();
    await eventually(() => clock.pending === 1);
    // Half the bounds of 1 and 2 s.
    await advance(500);
    expect(agent.services.size).toBe(0);
    agent.answerWith(undefined);
    await advance(1_000);
    expect([...agent.services.keys()]).toEqual([ID]);
    expect(told).toEqual([
      { kind: 'consul', id: ID, state: 'failed', failure: 'Consul answered 403: Permission denied' },
      { kind: 'consul', id: ID, state: 'registered', failure: undefined },
    ]);
  });

  it('keeps what an agent that is away for a while still knows', async () => {
    await open().start();
    agent.answerWith(reply({ status: 500 }));
    await advance(LOOK_INTERVAL);
    agent.answerWith(undefined);
    await advance(500);
    expect(agent.asked).toEqual(['register', `look ${ID}`, `look ${ID}`]);
    expect(told.map(({ state }) => state)).toEqual(['registered', 'failed', 'registered']);
  });

  it('deregisters after a registration that was on its way', async () => {
    await agent.close();
    agent = await startFakeAgent(200);
    const started = open().start();
    await eventually(() => agent.requests.length === 1);
    await registration.close();
    await started;
    expect(agent.asked).toEqual(['register', `deregister ${ID}`]);
    expect(agent.services.size).toBe(0);
  });

  it('starts and closes in bounded time while the agent hangs', async () => {
    agent.answerWith(hang());
    await open().start();
    await registration.close();
    expect(agent.asked).toEqual(['register', `deregister ${ID}`, `deregister ${ID}`]);
    expect(told.map(({ state }) => state)).toEqual(['failed']);
  });

  it('closes without an error when the agent is gone or has removed the entry', async () => {
    await open().start();
    agent.services.clear();
    await registration.close();
    expect(told.at(-1)!.state).toBe('deregistered');
    const { url } = agent;
    await agent.close();
    await open('10.0.0.9', url).start();
    await registration.close();
    expect(told.at(-1)).toMatchObject({ state: 'failed', failure: expect.any(String) });
  });

  it('takes the entry away also when the kept connection is cut at that moment', async () => {
    await open().start();
    let cuts = 0;
    agent.answerWith((request, response) => {
      cuts++;
      agent.answerWith(undefined);
      return reset()(request, response);
    });
    await registration.close();
    expect(cuts).toBe(1);
    expect(agent.services.size).toBe(0);
  });

  it('asks nobody when it is closed without having started', async () => {
    await open().close();
    expect(agent.requests).toHaveLength(0);
  });

  it('refuses settings that it cannot use', () => {
    const options = { name: 'web-bff', host: '10.0.0.9', port: 3000 };
    registration = registerConsul({ ...options, environment: {} });
    expect(() => registerConsul({ ...options, environment: { CONSUL_URL: 'consul' } })).toThrow(ConfigError);
  });
});
