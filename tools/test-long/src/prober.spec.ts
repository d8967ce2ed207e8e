import { setTimeout as pause } from 'node:timers/promises';
import { reply, reset, startFakeUpstream } from '@portico/testing';
import { describeFailures, Prober } from './prober.ts';

it('a prober tells every normal request that was not answered 200, and goes on', async () => {
  const server = await startFakeUpstream([
    reply({ body: 'ok' }),
    reply({ status: 503 }),
    reset(),
    reply({ body: 'ok' }),
  ]);
  const prober = new Prober(server.url, [{ method: 'GET', path: '/' }], 100);
  await pause(200);
  const probed = await prober.stop();
  expect(describeFailures(probed)).toBe('1 x 503, 1 x ECONNRESET');
  expect(probed.requests).toBe(server.requests.length);
  expect(probed.requests).toBeGreaterThan(4);
  expect(probed.p50).toBeLessThanOrEqual(probed.p99);
  expect(probed.p99).toBeLessThanOrEqual(probed.slowest);
  await server.close();
});
