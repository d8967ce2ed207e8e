import { type FakeUpstream, eventually, hang, httpRequest, reply, startBff, startFakeUpstream } from '@portico/testing';
import { UPSTREAMS, type Upstreams } from '@portico/upstream';
import { DemoModule } from '../test/demo.module.ts';
import { createBff } from './index.ts';

describe('a BFF that is told to register', () => {
  let consul: FakeUpstream;
  beforeEach(async () => void (consul = await startFakeUpstream(reply({ json: {} }))));
  afterEach(() => consul.close());

  const start = (environment: Record<string, string>) =>
    startBff(() => createBff({ name: 'demo-bff', port: 0, module: DemoModule }), {
      LOG_LEVEL: 'silent',
      CONSUL_URL: consul.url,
      REGISTER: 'consul',
      ...environment,
    });
  const asked = (path: string) => consul.requests.filter(({ url }) => url.startsWith(`/v1/agent/service/${path}`));

  it('is known under its name at the port it listens on, and takes itself out when it stops', async () => {
    const bff = await start({});
    await eventually(() => asked('register').length > 0);
    const entry = JSON.parse(asked('register')[0]!.body.toString()) as object;
    expect(entry).toMatchObject({ Name: 'demo-bff', Address: '127.0.0.1', Port: Number(new URL(bff.url).port) });
    expect(asked('deregister')).toHaveLength(0);
    await bff.close();
    expect(asked('deregister')).toHaveLength(1);
  });

  it('is not ready while it takes itself out, however long a hanging registry keeps it', async () => {
    const bff = await start({});
    await eventually(() => asked('register').length > 0);
    consul.use([hang()]);
    const closed = bff.close();
    const ready = await httpRequest(`${bff.url}/health/ready`);
    expect([ready.status, ready.json()]).toMatchObject([503, { reasons: ['draining'] }]);
    await closed;
  });

  it('serves all the same while the registry is away', async () => {
    const bff = await start({ CONSUL_URL: 'http://127.0.0.1:1' });
    expect((await fetch(`${bff.url}/health/live`)).status).toBe(200);
    await bff.close();
  });

  it('does not start with settings that do not fit, and names them with the others', async () => {
    const both = start({ REGISTER: 'zookeeper', PORT: '-1' });
    await expect(both).rejects.toThrow(/PORT: [^]*REGISTER: must be one of consul, eureka/);
    await expect(start({ ADVERTISE_HOST: 'not a name' })).rejects.toThrow(/ADVERTISE_HOST/);
  });

  it('has an entry in Eureka that follows its readiness, within seconds', async () => {
    const statuses = (): unknown[] =>
      consul.requests.filter(({ method }) => method === 'POST').map(({ body }) => statusIn(body.toString()));
    consul.use((request, response) => reply({ status: request.method === 'POST' ? 204 : 200 })(request, response));
    let reasons = ['looking for catalog'];
    const upstreams = { unanswered: () => reasons, health: () => [] } as unknown as Upstreams;
    const providers = [{ provide: UPSTREAMS, useValue: upstreams }];
    const module = { module: DemoModule, global: true, providers, exports: [UPSTREAMS] };
    const environment = { LOG_LEVEL: 'silent', EUREKA_URL: `${consul.url}/eureka/`, REGISTER: 'eureka' };
    const bff = await startBff(() => createBff({ name: 'demo-bff', port: 0, module }), environment);
    await eventually(() => statuses().length === 1);
    reasons = [];
    await eventually(() => statuses().length === 2, 10_000);
    reasons = ['looking for catalog'];
    await eventually(() => statuses().length === 3, 10_000);
    expect(statuses()).toEqual(['STARTING', 'UP', 'DOWN']);
    await bff.close();
  });
});

function statusIn(body: string): unknown {
  return (JSON.parse(body) as { instance: { status: unknown } }).instance.status;
}
