import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type FakeUpstream, eventually, reply, startFakeUpstream } from '@portico/testing';
import { ServerProcess } from './server-process.ts';

/** Descriptors of the process: it starts with some fifty. */
const NOFILE = 160;
/** More than it can have. */
const IDLE = 300;

jest.setTimeout(60_000);

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

describe('a process that may open no more files', () => {
  let upstream: FakeUpstream;
  let program: ServerProcess;
  let port: number;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const idle: Socket[] = [];

  beforeAll(async () => {
    upstream = await startFakeUpstream(reply({ json: { ok: true }, headers: { connection: 'close' } }));
    const environment = {
      SHOP_PORT: new URL(upstream.url).port,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
    };
    const options = { script: 'apps/e2e/test/one-shop-bff.ts', before: `ulimit -n ${NOFILE};` };
    program = new ServerProcess('one-shop-bff', 'apps/e2e', environment, options);
    await program.start();
    port = Number(new URL(program.url).port);
  });
  afterAll(async () => {
    for (const socket of idle) socket.destroy();
    agent.destroy();
    await program?.crash();
    await upstream?.close();
  });

  const ask = (path: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = get({ port, host: '127.0.0.1', path, agent }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
      request.on('error', reject);
    });

  it('has said at its start that it may need more', () => {
    const [warning] = program.linesWith('nofile');
    expect(warning).toContain(`${NOFILE} files and sockets open`);
  });

  it('says that the lack is its own, blames no upstream, and goes on as before once it is over', async () => {
    expect((await ask('/shop')).status).toBe(200);
    let closed = 0;
    for (let count = 0; count < IDLE; count++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined).on('close', () => closed++);
      idle.push(socket);
    }
    // The server closes a connection that it cannot accept.
    await eventually(() => closed > 0, 10_000);

    for (const path of ['/shop', '/named']) {
      for (let count = 0; count < 30; count++) {
        const answer = await ask(path);
        expect([path, answer.status, answer.text]).toEqual([path, 503, expect.stringContaining('"gateway-exhausted"')]);
      }
    }
    expect(program.linesWith('raise its nofile limit')).toHaveLength(1);
    expect(program.linesWith('ejected')).toEqual([]);
    expect(program.linesWith('breaker')).toEqual([]);

    for (const socket of idle.splice(0)) socket.destroy();
    await eventually(async () => (await ask('/shop')).status === 200, 10_000);
    for (const path of ['/shop', '/named']) expect((await ask(path)).status).toBe(200);
  });
});
