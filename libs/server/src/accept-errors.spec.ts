import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import type { LackEvent } from '@portico/net';
import { httpRequest, startBff } from '@portico/testing';
import { DemoModule } from '../test/demo.module.ts';
import type { AcceptFailedEvent } from './accept-errors.ts';
import type { StartedBff } from './create-bff.ts';
import { createBff } from './index.ts';

describe.each(['url', 'managementUrl'] as const)('a listener that cannot accept a connection: %s', (which) => {
  const lacks: LackEvent[] = [];
  const failures: AcceptFailedEvent[] = [];
  const keepLack = (event: unknown): void => void lacks.push(event as LackEvent);
  const keepFailure = (event: unknown): void => void failures.push(event as AcceptFailedEvent);
  let bff: StartedBff;
  let server: Server;

  const ask = async (): Promise<number> => (await httpRequest(`${bff[which]}/health/live`)).status;
  /** As Node does when accept(2) fails. */
  const fail = (code: string): boolean =>
    server.emit('error', Object.assign(new Error(`accept ${code}`), { code, syscall: 'accept' }));

  beforeAll(async () => {
    const settings = { MANAGEMENT_PORT: '0', LOG_LEVEL: 'silent', DRAIN_TIMEOUT: '500' };
    bff = await startBff(() => createBff({ name: 'demo-bff', port: 0, module: DemoModule }), settings);
    const note = (event: unknown): void => void ({ server } = event as { server: Server });
    subscribe('http.server.request.start', note);
    await ask();
    unsubscribe('http.server.request.start', note);
    subscribe('portico.net.lack', keepLack);
    subscribe('portico.server.accept-failed', keepFailure);
  });
  afterAll(async () => {
    unsubscribe('portico.net.lack', keepLack);
    unsubscribe('portico.server.accept-failed', keepFailure);
    await bff?.close();
  });

  it.each(['ENOBUFS', 'ENOMEM', 'ENFILE', 'EMFILE'] as const)(
    'goes on, and tells what is lacking: %s',
    async (code) => {
      fail(code);
      expect(lacks.splice(0)).toEqual([{ code, what: 'accept a connection' }]);
      expect(await ask()).toBe(200);
    },
  );

  it('goes on after any other error too, and tells it', async () => {
    fail('ECONNABORTED');
    expect(failures.splice(0)).toEqual([{ failure: 'ECONNABORTED' }]);
    expect(lacks).toEqual([]);
    expect(await ask()).toBe(200);
  });
});
