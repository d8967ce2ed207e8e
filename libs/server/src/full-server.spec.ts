import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually, httpRequest, startBff } from '@portico/testing';
import { DemoModule } from '../test/demo.module.ts';
import type { StartedBff } from './create-bff.ts';
import type { ConnectionDroppedEvent } from './dropped-connections.ts';
import { createBff } from './index.ts';

const MOST = 3;

describe('a server whose connections are all taken', () => {
  const told: ConnectionDroppedEvent[] = [];
  const listener = (event: unknown): void => void told.push(event as ConnectionDroppedEvent);
  const clients: Socket[] = [];
  let bff: StartedBff;

  beforeAll(async () => {
    subscribe('portico.server.connection-dropped', listener);
    const settings = { MAX_CONNECTIONS: String(MOST), MANAGEMENT_PORT: '0', LOG_LEVEL: 'error', DRAIN_TIMEOUT: '500' };
    bff = await startBff(() => createBff({ name: 'demo-bff', port: 0, module: DemoModule }), settings);
    for (let count = 0; count < MOST; count++) {
      const client = connect(Number(new URL(bff.url).port), '127.0.0.1');
      clients.push(client);
      await once(client, 'connect');
      client.write('GET /demo/slow/60000 HTTP/1.1\r\nHost: demo\r\n\r\n');
    }
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await bff?.close();
    unsubscribe('portico.server.connection-dropped', listener);
  });

  it('tells of each further client that it closes, with how many there were', async () => {
    for (let count = 1; count <= 3; count++) {
      await expect(httpRequest(`${bff.url}/demo/log`)).rejects.toThrow();
      await eventually(() => told.length === count);
    }
    expect(told).toEqual([1, 2, 3].map((dropped) => ({ most: MOST, dropped })));
  });

  it('still says how it is on the management listener', async () => {
    const ready = await httpRequest(`${bff.managementUrl}/health/ready?verbose`);
    expect([ready.status, ready.json()]).toEqual([200, { status: 'ready', reasons: [], upstreams: [] }]);
    expect(ready.headers['cache-control']).toBe('no-store');
    const live = await httpRequest(`${bff.managementUrl}/health/live`, { method: 'HEAD' });
    expect([live.status, live.text]).toEqual([200, '']);
  });

  it('serves nothing else there', async () => {
    const other = await httpRequest(`${bff.managementUrl}/demo/log`);
    expect([other.status, other.json()]).toEqual([404, expect.objectContaining({ code: 'route-not-found' })]);
    const changed = await httpRequest(`${bff.managementUrl}/health/ready`, { method: 'DELETE' });
    expect([changed.status, changed.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });
});

describe('the management listener', () => {
  it('is none unless its port is set', async () => {
    const start = () => createBff({ name: 'demo-bff', port: 0, module: DemoModule });
    const bff = await startBff(start, { LOG_LEVEL: 'silent' });
    expect(bff.managementUrl).toBeUndefined();
    await bff.close();
  });

  it('says that the process is not ready for as long as it drains, and ends with it', async () => {
    const start = () => createBff({ name: 'demo-bff', port: 0, module: DemoModule });
    const settings = { LOG_LEVEL: 'silent', MANAGEMENT_PORT: '0', DRAIN_TIMEOUT: '60000' };
    const bff = await startBff(start, settings);
    const slow = httpRequest(`${bff.url}/demo/slow/300`);
    await eventually(async () => (await httpRequest(`${bff.managementUrl}/health/live`)).status === 200);
    const closed = bff.close();
    const ready = await httpRequest(`${bff.managementUrl}/health/ready`);
    expect([ready.status, ready.json()]).toMatchObject([503, { reasons: ['draining'] }]);
    expect((await slow).status).toBe(200);
    await closed;
    await expect(httpRequest(`${bff.managementUrl}/health/live`)).rejects.toThrow();
  });

  it('stops the start with the name of its setting when its port is taken', async () => {
    const start = () => createBff({ name: 'demo-bff', port: 0, module: DemoModule });
    const first = await startBff(start, { LOG_LEVEL: 'silent', MANAGEMENT_PORT: '0' });
    const { port } = new URL(first.managementUrl!);
    await expect(startBff(start, { LOG_LEVEL: 'silent', MANAGEMENT_PORT: port })).rejects.toThrow(
      `the port is taken. Stop the other process or set MANAGEMENT_PORT to a free one.`,
    );
    await first.close();
  });
});
