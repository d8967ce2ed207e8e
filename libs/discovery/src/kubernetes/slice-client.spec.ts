import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, reply } from '@portico/testing';
import { type FakeApi, json, startFakeApi } from '../../test/kubernetes/fake-api.ts';
import {
  CA_FILE,
  EXPIRED_PAGE,
  FORBIDDEN,
  FROM_THE_FUTURE,
  LIST,
  PAGES,
  UNAUTHORIZED,
} from '../../test/kubernetes/recorded.ts';
import type { KubernetesSettings } from './kubernetes-settings.ts';
import { SliceClient } from './slice-client.ts';

const ADDRESS = { service: 'catalog', namespace: 'shop', port: undefined, protocol: 'http' } as const;
const { signal } = new AbortController();

describe('asking for EndpointSlices', () => {
  let api: FakeApi;

  beforeEach(async () => void (api = await startFakeApi()));
  afterEach(() => api.close());

  function clientOf(settings: Partial<KubernetesSettings> = {}): SliceClient {
    const plain = { url: api.url, caFile: undefined, token: 'secret', tokenFile: undefined };
    return new SliceClient({ ...plain, ...settings }, ADDRESS);
  }

  it('lists those of one service in one namespace, with the token', async () => {
    const { version, slices } = await clientOf().list(signal);
    expect(version).toBe('222');
    expect(slices.map(({ metadata }) => metadata.name)).toHaveLength(4);
    expect(api.lists).toEqual([
      {
        path: '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices',
        query: { labelSelector: 'kubernetes.io/service-name=catalog', limit: '30' },
        authorization: 'Bearer secret',
      },
    ]);
  });

  it('reads a list page by page', async () => {
    api.answerLists(json(200, PAGES[0]), json(200, PAGES[1]));
    const { version, slices } = await clientOf().list(signal);
    expect(version).toBe(JSON.parse(PAGES[1]).metadata.resourceVersion);
    expect(slices.map(({ metadata }) => metadata.name)).toEqual([
      'catalog-a',
      'catalog-b',
      'catalog-empty',
      'catalog-names',
    ]);
    expect(api.lists[1]?.query.continue).toBe(JSON.parse(PAGES[0]).metadata.continue);
  });

  it('a list that expires halfway (410) is begun anew, and nothing of the first half is kept', async () => {
    api.answerLists(json(200, PAGES[0]), json(410, EXPIRED_PAGE), json(200, LIST));
    const { slices } = await clientOf().list(signal);
    expect(slices).toHaveLength(4);
    expect(api.lists.map(({ query }) => query.continue !== undefined)).toEqual([false, true, false]);
  });

  it('a list that always expires is given up', async () => {
    api.answerLists(json(410, EXPIRED_PAGE));
    await expect(clientOf().list(signal)).rejects.toThrow('410');
    expect(api.lists).toHaveLength(3);
  });

  it('a list without end is given up', async () => {
    api.answerLists(json(200, PAGES[0]));
    await expect(clientOf().list(signal)).rejects.toThrow('more than 100 pages');
    expect(api.lists).toHaveLength(100);
  });

  it('401 points to the token', async () => {
    api.answerLists(json(401, UNAUTHORIZED));
    await expect(clientOf().list(signal)).rejects.toThrow(/401.*token.*KUBERNETES_TOKEN_FILE/);
  });

  it('403 names the rule that is needed', async () => {
    api.answerLists(json(403, FORBIDDEN));
    const message =
      'the API server answered 403: the service account needs a Role with apiGroups: [discovery.k8s.io], ' +
      'resources: [endpointslices], verbs: [list, watch] in namespace shop';
    await expect(clientOf().list(signal)).rejects.toThrow(message);
    api.answerWatches(json(403, FORBIDDEN));
    await expect(clientOf().watch({ version: '1', seconds: 300, signal })).rejects.toThrow(message);
  });

  it.each([
    ['1', 1_000],
    ['0', 1_000],
    ['30', 30_000],
    ['86400', 60_000],
    ['soon', undefined],
    ['-5', undefined],
  ])('Retry-After: %s asks for %s ms', async (value, retryAfter) => {
    api.answerLists(json(504, FROM_THE_FUTURE, { 'retry-after': value }));
    const expected = { status: 504, retryAfter, message: expect.stringContaining('Too large resource version') };
    await expect(clientOf().list(signal)).rejects.toMatchObject(expected);
  });

  it.each([
    ['no JSON', 'hello'],
    ['an empty object', '{}'],
    ['null', 'null'],
    ['a list of something else', '{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"pod"}}]}'],
    ['no version', '{"metadata":{},"items":[]}'],
  ])('%s is an error, not an empty list', async (_, body) => {
    api.answerLists(json(200, body));
    await expect(clientOf().list(signal)).rejects.toThrow('the answer is no EndpointSliceList');
  });

  it('does not follow a redirect with the token', async () => {
    api.answerLists(reply({ status: 302, headers: { location: `${api.url}/elsewhere` } }));
    await expect(clientOf().list(signal)).rejects.toThrow('302');
    expect(api.lists).toHaveLength(1);
  });

  it('reads the token anew for every question', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portico-'));
    const tokenFile = join(folder, 'token');
    try {
      const client = clientOf({ token: undefined, tokenFile });
      for (const token of ['first', 'second']) {
        writeFileSync(tokenFile, `${token}\n`);
        await client.list(signal);
      }
      expect(api.lists.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('sends no token when there is none', async () => {
    await clientOf({ token: undefined }).list(signal);
    expect(api.lists[0]?.authorization).toBeUndefined();
  });

  it('asks nobody when the authority cannot be read', async () => {
    await expect(clientOf({ caFile: `${CA_FILE}.gone` }).list(signal)).rejects.toThrow('ENOENT');
    expect(api.lists).toHaveLength(0);
  });

  it('watches from a version, with bookmarks and a time for its end', async () => {
    const body = await clientOf().watch({ version: '222', seconds: 300, signal });
    body.destroy();
    expect(api.watches[0]?.query).toEqual({
      watch: '1',
      labelSelector: 'kubernetes.io/service-name=catalog',
      resourceVersion: '222',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '300',
    });
  });

  it('reads no more of a refused watch than its head', async () => {
    let closed = false;
    api.answerWatches((_request, response) => {
      response.on('close', () => (closed = true));
      response.writeHead(500).write('a body without end');
    });
    await expect(clientOf().watch({ version: '222', seconds: 300, signal })).rejects.toThrow('500');
    await eventually(() => closed, 5_000);
  });
});
