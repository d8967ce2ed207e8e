import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '@portico/core';
import { eventually, requireService } from '@portico/testing';
import { RealApi } from '../../test/kubernetes/real-api.ts';
import { CA_FILE } from '../../test/kubernetes/recorded.ts';
import { Egress } from '../egress.ts';
import type { InstanceSource } from '../instance-source.ts';
import { openSource } from '../open-source.ts';
import { readKubernetesSettings } from './kubernetes-settings.ts';
import { SliceClient } from './slice-client.ts';
import { SliceWatch } from './slice-watch.ts';

const EGRESS = new Egress(['10.0.0.0/8', 'fd00::/8']);
const url = requireService('KUBERNETES_URL');
const caFile = requireService('KUBERNETES_CA');
const token = requireService('KUBERNETES_TOKEN');
const environment = { KUBERNETES_URL: url, KUBERNETES_CA: caFile, KUBERNETES_TOKEN: token };

const api = new RealApi(url, caFile, token);

/** The waits of a minute in a second; the list that an API server does not answer still takes its 10 s. */
const hurried: Clock = {
  now: () => systemClock.now() * 60,
  epoch: () => systemClock.epoch(),
  after: (delay, callback) => systemClock.after(delay / 60, callback),
};

describe('a real Kubernetes API server', () => {
  let namespace: string;
  let source: InstanceSource;

  beforeEach(async () => {
    namespace = await api.namespace();
  });

  afterEach(async () => {
    source.close();
    api.signal('SIGCONT');
    await ready();
  });

  interface Asked {
    readonly service?: string;
    readonly changed?: Readonly<Record<string, string>>;
    readonly clock?: Clock;
    readonly random?: () => number;
  }

  function open({ service = 'catalog', changed = {}, clock, random }: Asked = {}): void {
    source = openSource(`kubernetes://${service}.${namespace}:http`, {
      upstream: 'catalog',
      egress: EGRESS,
      environment: { ...environment, ...changed },
      clock,
      random,
    });
    source.start();
  }

  function hosts(): string {
    return source.instances
      .filter(({ healthy }) => healthy)
      .map(({ host }) => host)
      .join(' ');
  }

  async function becomes(expected: string, within = 5_000): Promise<void> {
    await eventually(() => hosts() === expected, within);
  }

  async function isFresh(within = 30_000): Promise<void> {
    await eventually(() => source.status.state === 'fresh', within);
  }

  it('shows slices that are created, patched, relabelled and deleted in less than a second', async () => {
    await api.createSlice(namespace, 'catalog-1', ['10.1.0.1']);
    open();
    await becomes('10.1.0.1');
    const within = 1_000;
    await api.createSlice(namespace, 'catalog-2', ['10.1.0.2', '10.1.0.3']);
    await becomes('10.1.0.1 10.1.0.2 10.1.0.3', within);
    await api.patchSlice(namespace, 'catalog-2', {
      endpoints: [
        { addresses: ['10.1.0.2'], conditions: { ready: false } },
        { addresses: ['10.1.0.4'], zone: 'a' },
      ],
    });
    await becomes('10.1.0.1 10.1.0.4', within);
    await api.patchSlice(namespace, 'catalog-1', { metadata: { labels: { 'kubernetes.io/service-name': 'other' } } });
    await becomes('10.1.0.4', within);
    await api.patchSlice(namespace, 'catalog-1', { metadata: { labels: { 'kubernetes.io/service-name': 'catalog' } } });
    await becomes('10.1.0.1 10.1.0.4', within);
    await api.deleteSlice(namespace, 'catalog-2');
    await becomes('10.1.0.1', within);
    expect(source.instances[0]).toMatchObject({
      id: '10.1.0.1:4001',
      protocol: 'http',
      serverName: `catalog.${namespace}.svc`,
      zone: undefined,
    });
  });

  it('shows slices of both address families, and none of names', async () => {
    await api.createSlice(namespace, 'catalog-4', ['10.1.0.1']);
    await api.createSlice(namespace, 'catalog-6', ['fd00::1'], { addressType: 'IPv6' });
    await api.createSlice(namespace, 'catalog-names', ['pod.example.com'], { addressType: 'FQDN' });
    await api.createSlice(namespace, 'catalog-none', [], { ports: [] });
    open();
    await becomes('10.1.0.1 fd00::1');
  });

  it('shows a thousand endpoints of forty slices, listed in two pages, and forty more as they come', async () => {
    const addressesOf = (slice: number): string[] =>
      Array.from({ length: 25 }, (_, index) => `10.2.${slice}.${index + 1}`);
    for (let slice = 0; slice < 40; slice++) {
      await api.createSlice(namespace, `catalog-${slice}`, addressesOf(slice));
    }
    open();
    await eventually(() => source.instances.length === 1_000, 5_000);
    for (let slice = 40; slice < 80; slice++) {
      await api.createSlice(namespace, `catalog-${slice}`, addressesOf(slice));
    }
    await eventually(() => source.instances.length === 2_000, 5_000);
  });

  it('an unknown service has no instances and is no failure', async () => {
    open({ service: 'nobody' });
    await isFresh();
    expect(hosts()).toBe('');
  });

  it('a service account without a role is told which it needs, and goes on once it has it', async () => {
    await api.createSlice(namespace, 'catalog-1', ['10.1.0.1']);
    open({ changed: { KUBERNETES_TOKEN: 'gateway' } });
    await eventually(() => source.status.failure !== undefined, 5_000);
    expect(source.status).toMatchObject({ state: 'starting', failure: expect.stringContaining('answered 403') });
    expect(source.status.failure).toContain(
      `a Role with apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch] in namespace ${namespace}`,
    );
    await api.allowGateway(namespace);
    await isFresh();
    expect(hosts()).toBe('10.1.0.1');
  });

  it('an unknown token is a failure that shows no token', async () => {
    open({ changed: { KUBERNETES_TOKEN: 's3cret' } });
    await eventually(() => source.status.failure?.includes('401'), 5_000);
    expect(source.status.failure).not.toContain('s3cret');
  });

  it('a server whose certificate another authority has signed is not trusted', async () => {
    open({ changed: { KUBERNETES_CA: CA_FILE } });
    await eventually(() => source.status.failure !== undefined, 5_000);
    expect(source.status.failure).toMatch(/certificate|signature/);
    expect(source.status.state).toBe('starting');
  });

  it('an authority that is exchanged in its file is trusted from then on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portico-'));
    const file = join(folder, 'ca.crt');
    try {
      copyFileSync(CA_FILE, file);
      open({ changed: { KUBERNETES_CA: file } });
      await eventually(() => source.status.failure !== undefined, 5_000);
      copyFileSync(caFile, file);
      await isFresh();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'while the API server is away after %s the list stays and is called stale; what changed meanwhile follows',
    async (signal) => {
      await api.createSlice(namespace, 'catalog-1', ['10.1.0.1']);
      // It asks again within milliseconds of the cut: drawn later, the server may be back before the question.
      open({ random: () => 0.02 });
      await becomes('10.1.0.1');
      // So long that it does not count as a watch that never worked.
      await pause(1_500);
      api.signal(signal);
      await eventually(() => source.status.state === 'stale', 10_000);
      expect(hosts()).toBe('10.1.0.1');
      await ready();
      await api.createSlice(namespace, 'catalog-2', ['10.1.0.2']);
      await becomes('10.1.0.1 10.1.0.2', 30_000);
      await isFresh();
      await api.deleteSlice(namespace, 'catalog-1');
      await becomes('10.1.0.2', 5_000);
    },
    60_000,
  );

  it('an API server that stands still is found out: the list stays, is called stale, and is mended', async () => {
    await api.createSlice(namespace, 'catalog-1', ['10.1.0.1']);
    open({ clock: hurried });
    await becomes('10.1.0.1');
    api.signal('SIGSTOP');
    await eventually(() => source.status.state === 'stale', 30_000);
    // First the watch's silence, then that of the list.
    expect(source.status.failure).toMatch(/^the watch said nothing for|no answer within/);
    expect(hosts()).toBe('10.1.0.1');
    api.signal('SIGCONT');
    await api.createSlice(namespace, 'catalog-2', ['10.1.0.2']);
    await becomes('10.1.0.1 10.1.0.2', 30_000);
    await isFresh();
  }, 90_000);
});

describe('a version that a real Kubernetes API server is asked to watch from', () => {
  let namespace: string;

  beforeEach(async () => void (namespace = await api.namespace()));

  function watch(version: string, clock: Clock): Promise<void> {
    const address = { service: 'catalog', namespace, port: 'http', protocol: 'http' } as const;
    const client = new SliceClient(readKubernetesSettings(environment), address);
    const follower = new SliceWatch({
      client,
      onEvents: () => undefined,
      onSilence: () => undefined,
      clock,
      random: () => 0.5,
    });
    return follower.follow(version, new AbortController().signal);
  }

  it('is answered with 410 within the watch when it was forgotten in a restart', async () => {
    const before = await api.version(namespace);
    await api.createSlice(namespace, 'catalog-1', ['10.1.0.1']);
    api.signal('SIGKILL');
    await pause(200);
    await ready();
    // On a clock that stands, every end comes too soon after the list, and is thrown.
    await expect(watch(before, { ...systemClock, now: () => 0 })).rejects.toMatchObject({ status: 410 });
  }, 60_000);

  it('is given up when it is from the future, for no event follows it', async () => {
    await expect(watch('99999999', hurried)).resolves.toBeUndefined();
  });
});

/** Until the API server answers and has loaded its roles again. */
async function ready(): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return void (await api.namespace());
    } catch (error) {
      if (attempt === 150) throw error;
      await pause(100);
    }
  }
}
