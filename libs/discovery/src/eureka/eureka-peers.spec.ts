import { createServer, type Server } from 'node:net';
import { type FakeUpstream, hang, reply, reset, startFakeUpstream } from '@portico/testing';
import { events } from '../events.ts';
import type { RegistryAnswer } from '../registry-client.ts';
import { EurekaPeers } from './eureka-peers.ts';

function read({ status, body }: RegistryAnswer): unknown {
  if (status !== 200) throw new Error(`status ${status}`);
  return body;
}

describe('EurekaPeers', () => {
  let first: FakeUpstream;
  let second: FakeUpstream;
  let peers: EurekaPeers;
  beforeEach(async () => {
    first = await startFakeUpstream(reply({ json: 1 }));
    second = await startFakeUpstream(reply({ json: 2 }));
    peers = new EurekaPeers([`${first.url}/eureka/`, `${second.url}/eureka/`]);
  });
  afterEach(() => Promise.all([first.close(), second.close()]));

  it('asks the first for JSON, below its base', async () => {
    expect(await peers.ask({ path: 'apps' }, read)).toEqual({ value: 1, peer: `${first.url}/eureka/` });
    expect(first.requests[0]).toMatchObject({ url: '/eureka/apps', headers: { accept: 'application/json' } });
    expect(second.requests).toHaveLength(0);
  });

  it.each([
    ['resets', reset()],
    ['answers with an error', reply({ status: 503 })],
    ['hangs', hang()],
  ])('asks the next peer when one %s, and stays with it while it works', async (_, behaviour) => {
    first.use(behaviour);
    const ask = () => peers.ask({ path: 'apps', timeout: 300 }, read);
    expect(await ask()).toMatchObject({ value: 2 });
    first.use(reply({ json: 1 }));
    expect(await ask()).toMatchObject({ value: 2 });
    expect(first.requests).toHaveLength(1);
    second.use(reset());
    expect(await ask()).toMatchObject({ value: 1 });
  });

  it('says of each peer why it is of no use, and no password', async () => {
    const closed = await unusedPort();
    peers = new EurekaPeers([`http://user:secret@127.0.0.1:${closed}/eureka/`, `${second.url}/eureka/`]);
    second.use(reply({ status: 403 }));
    const failure = await peers.ask({ path: 'apps' }, read).catch((error: Error) => error.message);
    expect(failure).toBe(
      `127.0.0.1:${closed}: connect ECONNREFUSED 127.0.0.1:${closed}; 127.0.0.1:${second.port}: status 403`,
    );
  });

  it('tells of a peer that is away while another one answers once, and when it is asked again and answers', async () => {
    const told: unknown[] = [];
    const listen = (message: unknown) => void told.push(message);
    events.peer.subscribe(listen);
    first.use(reply({ status: 500 }));
    await peers.ask({ path: 'apps' }, read);
    await peers.ask({ path: 'apps' }, read);
    const away = { kind: 'eureka', peer: `127.0.0.1:${first.port}`, state: 'away', failure: 'status 500' };
    expect(told).toEqual([away]);
    first.use(reply());
    second.use(reply({ status: 503 }));
    await peers.ask({ path: 'apps' }, read);
    expect(told.slice(1)).toEqual([
      { ...away, state: 'back', failure: undefined },
      { kind: 'eureka', peer: `127.0.0.1:${second.port}`, state: 'away', failure: 'status 503' },
    ]);
    events.peer.unsubscribe(listen);
  });

  it('shows user and password of the address', async () => {
    peers = new EurekaPeers([`http://user:p%40ss@127.0.0.1:${first.port}/eureka/`]);
    await peers.ask({ path: 'apps' }, read);
    expect(first.requests[0]!.headers.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  });

  it('asks nobody else when it is given up', async () => {
    const given = new AbortController();
    first.use(() => given.abort());
    await expect(peers.ask({ path: 'apps', signal: given.signal }, read)).rejects.toThrow();
    expect(second.requests).toHaveLength(0);
  });
});

async function unusedPort(): Promise<number> {
  const server = await new Promise<Server>((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => resolve(listening));
  });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
