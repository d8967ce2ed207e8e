import { getEventListeners } from 'node:events';
import { eventually, FakeClock } from '@portico/testing';
import { type FakeApi, startFakeApi } from '../../test/kubernetes/fake-api.ts';
import { WATCH } from '../../test/kubernetes/recorded.ts';
import { SliceClient } from './slice-client.ts';
import { SliceWatch } from './slice-watch.ts';

describe('watching on and on', () => {
  let api: FakeApi;

  beforeEach(async () => void (api = await startFakeApi()));
  afterEach(() => api.close());

  it('leaves nothing behind of the watches before', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const address = { service: 'catalog', namespace: 'shop', port: undefined, protocol: 'http' } as const;
    const client = new SliceClient({ url: api.url, caFile: undefined, token: 'x', tokenFile: undefined }, address);
    const watch = new SliceWatch({
      client,
      onEvents: () => undefined,
      onSilence: () => undefined,
      clock,
      random: Math.random,
    });
    const followed = watch.follow('222', signal);
    for (let number = 1; number <= 5; number++) {
      await eventually(() => api.watches.length === number && clock.pending === 1, 5_000);
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      clock.advance(2_000);
      const current = api.watches[number - 1]!;
      if (number < 5) current.send(WATCH[3]);
      current.end();
    }
    await followed;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });
});
