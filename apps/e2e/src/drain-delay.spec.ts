import { setTimeout as pause } from 'node:timers/promises';
import { type FakeUpstream, httpRequest, reply, startFakeUpstream } from '@portico/testing';
import { ServerProcess } from './server-process.ts';

/** Milliseconds between two probes of a balancer. */
const PROBE = 500;
const LANES = 4;

jest.setTimeout(60_000);

/** Sends requests, each on a connection of its own, for as long as its probes say that they are welcome. */
class Balancer {
  readonly failures: string[] = [];
  requests = 0;
  private isReady = true;
  private readonly work: Promise<void>;

  constructor(private readonly url: string) {
    this.work = Promise.all([this.probe(), ...Array.from({ length: LANES }, () => this.send())]).then(() => undefined);
  }

  /** Resolves once it sends no more. */
  async done(): Promise<void> {
    await this.work;
  }

  private async probe(): Promise<void> {
    while (this.isReady) {
      await pause(PROBE);
      const status = await statusOf(`${this.url}/health/ready`);
      this.isReady = status === '200';
    }
  }

  private async send(): Promise<void> {
    while (this.isReady) {
      const status = await statusOf(`${this.url}/shop`);
      this.requests++;
      if (status !== '200') this.failures.push(status);
    }
  }
}

async function statusOf(url: string): Promise<string> {
  try {
    return String((await httpRequest(url, { headers: { connection: 'close' } })).status);
  } catch (error) {
    return String(error);
  }
}

describe('a BFF behind a balancer', () => {
  let upstream: FakeUpstream;
  let program: ServerProcess;
  beforeAll(async () => {
    upstream = await startFakeUpstream(reply({ json: { ok: true } }));
    const environment = {
      SHOP_PORT: new URL(upstream.url).port,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'text',
      DRAIN_DELAY: undefined,
    };
    program = new ServerProcess('one-shop-bff', 'apps/e2e', environment, { script: 'apps/e2e/test/one-shop-bff.ts' });
    await program.start();
  });
  afterAll(async () => {
    await program?.crash();
    await upstream?.close();
  });

  it('loses no request at SIGTERM without any setting, and ends with 0', async () => {
    const balancer = new Balancer(program.url);
    await pause(2 * PROBE);
    const before = balancer.requests;
    const exit = program.stop();
    await balancer.done();
    expect(balancer.failures).toEqual([]);
    expect(balancer.requests).toBeGreaterThan(before);
    expect(await exit).toBe(0);
  });
});
