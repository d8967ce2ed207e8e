import { get } from './contestant-process.ts';
import { Load } from './load.ts';
import { answerBytes, type RawUpstream, startRawUpstream } from './raw-upstream.ts';

describe('the load generator against the raw upstream', () => {
  let upstream: RawUpstream;
  const json = JSON.stringify({ items: 'x'.repeat(200_000) });
  const options = () => ({ port: upstream.port, path: '/long?limit=1', connections: 4, bodyLength: json.length });
  const run = (load: Load) => load.run(100).finally(() => load.stop());

  beforeEach(async () => {
    upstream = await startRawUpstream(new Map([['/long?limit=1', answerBytes(json)]]));
  });
  afterEach(() => upstream.close());

  it('serves what it was given, and 404 for everything else', async () => {
    expect(await get(upstream.port, '/long?limit=1')).toEqual({ status: 200, body: json });
    expect(await get(upstream.port, '/long')).toEqual({ status: 404, body: '' });
  });

  it('counts each request on both sides', async () => {
    const { requests, latencies } = await run(new Load(options()));
    expect(requests).toBeGreaterThan(4);
    expect(upstream.requests()).toBe(requests);
    expect(latencies).toHaveLength(requests);
    expect(latencies[0]).toBeGreaterThan(0);
    expect(latencies[requests - 1]).toBeGreaterThanOrEqual(latencies[0]!);
  });

  it('refuses an answer of another length', async () => {
    await expect(run(new Load({ ...options(), bodyLength: 7 }))).rejects.toThrow(/content-length is 200012, not 7/);
  });

  it('refuses an answer that is not 200', async () => {
    await expect(run(new Load({ ...options(), path: '/other' }))).rejects.toThrow(/404 Not Found/);
  });
});
