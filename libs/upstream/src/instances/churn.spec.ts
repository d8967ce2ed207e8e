import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BffError } from '@portico/core';
import { eventually, startRawUpstream, testContext } from '@portico/testing';
import { changingSet, type Place } from '../../test/changing-set.ts';
import { get } from '../../test/instances.ts';

const REAL = 100;
const ROUNDS = 60;
const CALLS = 40;
const MIB = 1024 * 1024;

/** Bytes in use once everything that nobody holds is gone. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** A thousand instances of which a few are there; every list has half of the list before, and half of those that are there. */
function listOf(round: number, real: readonly Place[]): Place[] {
  const ghosts = Array.from({ length: 1_000 - REAL / 2 }, (_, i) => ({
    host: '127.0.0.2',
    // Below the ports that the system gives away: no server of another test may answer.
    port: 2_000 + ((round * 500 + i) % 30_000),
  }));
  return [...real.filter((_, i) => (i + round) % 2 === 0), ...ghosts];
}

describe('case 95: a thousand instances that change every second', () => {
  let servers: Awaited<ReturnType<typeof startRawUpstream>>[];
  const openSockets = (): number => servers.flatMap(({ sockets }) => sockets.filter((one) => !one.destroyed)).length;

  beforeAll(async () => {
    const start = () => startRawUpstream('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    servers = await Promise.all(Array.from({ length: REAL }, start));
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });

  it('leave no connection and no memory behind', async () => {
    const set = changingSet([]);
    const seen = { answers: 0, failures: 0 };
    const call = async (): Promise<void> => {
      try {
        await set.send(get(), testContext());
        seen.answers++;
      } catch (error) {
        expect((error as BffError).code).toBe('upstream-connect');
        seen.failures++;
      }
    };
    let before = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await set.become(listOf(round, servers));
      if (round === ROUNDS / 3) before = bytesInUse();
      await Promise.all(Array.from({ length: CALLS }, call));
    }
    // What is kept for each of the 20,000 that came and went since, connections not counted, is several KiB.
    expect(bytesInUse() - before).toBeLessThan(30 * MIB);
    expect(seen.answers).toBeGreaterThan(50);
    expect(seen.failures).toBeGreaterThan(100);
    await set.become(servers.slice(0, 1));
    await eventually(() => openSockets() <= servers[0]!.sockets.length, 10_000);
    await set.close();
    await eventually(() => openSockets() === 0, 10_000);
  }, 60_000);
});
