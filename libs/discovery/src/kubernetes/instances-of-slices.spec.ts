import { sliceOf, slicesOf } from '../../test/kubernetes/recorded.ts';
import type { Candidate } from '../instance.ts';
import { instancesOfSlices } from './instances-of-slices.ts';
import type { KubernetesAddress } from './kubernetes-address.ts';
import type { Slice } from './slice.ts';

const HTTP: KubernetesAddress = { service: 'catalog', namespace: 'shop', port: 'http', protocol: 'http' };
const ENDING = { ready: false, serving: true, terminating: true };
const DOWN = { ready: false, serving: false, terminating: false };

function inService(slices: readonly Slice[], address = HTTP): Candidate[] {
  return instancesOfSlices(slices, address).filter(({ withdrawn }) => withdrawn === undefined);
}

function hostsOf(slices: readonly Slice[], address: Partial<KubernetesAddress> = {}): string[] {
  return inService(slices, { ...HTTP, ...address }).map(({ host, port }) => `${host} ${port}`);
}

function withConditions(name: string, ...conditions: readonly unknown[]): Slice {
  const endpoints = conditions.map((one, index) => ({ addresses: [`10.0.0.${index + 1}`], conditions: one }));
  return sliceOf(name, [], { endpoints });
}

describe('instances of EndpointSlices', () => {
  it('are the ready endpoints of all slices, each pod once, with zone and a name for TLS', () => {
    const instances = inService(Object.values(slicesOf()));
    const common = { port: 4001, protocol: 'http', serverName: 'catalog.shop.svc' };
    expect(instances).toEqual([
      { ...common, host: '10.1.0.1', zone: 'zone-a' },
      { ...common, host: '10.1.0.2', zone: undefined },
      { ...common, host: 'fd00::5', zone: 'zone-b' },
    ]);
  });

  it.each([[{}], [null], [undefined], [{ ready: null }], [{ ready: true, terminating: true }]])(
    'conditions %p mean ready',
    (conditions) => {
      expect(hostsOf([withConditions('a', conditions, DOWN)])).toEqual(['10.0.0.1 4001']);
    },
  );

  it('an endpoint that ends but serves is left out as long as another one is ready, in whatever slice', () => {
    expect(hostsOf([withConditions('a', ENDING), sliceOf('b', ['10.0.0.9'])])).toEqual(['10.0.0.9 4001']);
  });

  it('endpoints that end but serve are used when none is ready, as kube-proxy does', () => {
    const slices = [withConditions('a', ENDING, DOWN, { ready: false, terminating: true })];
    expect(hostsOf(slices)).toEqual(['10.0.0.1 4001', '10.0.0.3 4001']);
  });

  it('endpoints that are not ready and do not end are never used', () => {
    expect(hostsOf([withConditions('a', DOWN, { ready: false, serving: true }, { ready: false })])).toEqual([]);
  });

  it('endpoints that get no calls are listed as withdrawn, with the reason, also when they are all', () => {
    const conditions = [DOWN, { ready: false }, { ready: false, serving: false, terminating: true }];
    const said = (...more: unknown[]): unknown[] =>
      instancesOfSlices([withConditions('a', ...conditions, ...more)], HTTP).map(({ withdrawn }) => withdrawn);
    expect(said()).toEqual(['not ready', 'not ready', 'terminating']);
    expect(said({}, ENDING)).toEqual([undefined, 'not ready', 'not ready', 'terminating', 'terminating']);
  });

  it('an endpoint that stands in two slices counts once', () => {
    expect(hostsOf([sliceOf('a', ['10.0.0.1', '10.0.0.2']), sliceOf('b', ['10.0.0.1'])])).toEqual([
      '10.0.0.1 4001',
      '10.0.0.2 4001',
    ]);
    expect(hostsOf([withConditions('a', DOWN), sliceOf('b', ['10.0.0.1'])])).toEqual(['10.0.0.1 4001']);
  });

  it('only the first address of an endpoint counts', () => {
    const endpoints = [{ addresses: ['10.0.0.1', '10.0.0.2'] }];
    expect(hostsOf([sliceOf('a', [], { endpoints })])).toEqual(['10.0.0.1 4001']);
  });

  it('a pod with addresses of both families counts once, by its IPv4 address', () => {
    const targetRef = { uid: 'pod-1' };
    const six = sliceOf('a', [], { addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'], targetRef }] });
    const four = sliceOf('b', [], { endpoints: [{ addresses: ['10.0.0.1'], targetRef }] });
    expect(hostsOf([six, four])).toEqual(['10.0.0.1 4001']);
    expect(hostsOf([six])).toEqual(['fd00::1 4001']);
  });

  it('case 98: slices of names are not used', () => {
    expect(hostsOf([slicesOf()['catalog-names']])).toEqual([]);
  });

  it('nothing in the slices is an empty list, not an error', () => {
    expect(hostsOf([])).toEqual([]);
    expect(hostsOf([sliceOf('a', [], { ports: null, endpoints: null })])).toEqual([]);
  });

  describe('ports', () => {
    const two = {
      ports: [
        { name: 'http', port: 4001, protocol: 'TCP' },
        { name: 'metrics', port: 9100 },
      ],
    };
    const both = sliceOf('a', ['10.0.0.1'], two);
    const other = sliceOf('b', ['10.0.0.2'], { ports: [{ name: 'http', port: 4002, protocol: 'TCP' }] });

    it('are found by name, in each slice its own', () => {
      expect(hostsOf([both, other])).toEqual(['10.0.0.1 4001', '10.0.0.2 4002']);
    });

    it('are found by number', () => {
      expect(hostsOf([both, other], { port: '9100' })).toEqual(['10.0.0.1 9100']);
    });

    it('need no name when there is only one', () => {
      const unnamed = sliceOf('c', ['10.0.0.3'], { ports: [{ name: '', port: 4003, protocol: 'TCP' }] });
      expect(hostsOf([other, unnamed], { port: undefined })).toEqual(['10.0.0.2 4002', '10.0.0.3 4003']);
    });

    it('must be named when there are several', () => {
      expect(() => hostsOf([both], { port: undefined })).toThrow(
        "the address must name one of the service's TCP ports (they are: http 4001, metrics 9100)",
      );
    });

    it('that no slice has are an error that lists those there are', () => {
      expect(() => hostsOf([both], { port: 'grpc' })).toThrow('no TCP port grpc (they are: http 4001, metrics 9100)');
      expect(() => hostsOf([sliceOf('a', ['10.0.0.1'], { ports: null })])).toThrow('no TCP port http (they are: none)');
    });

    it('of UDP or without a number are none', () => {
      const ports = [{ name: 'http', port: 53, protocol: 'UDP' }, { name: 'http' }, { name: 'http', port: null }];
      expect(() => hostsOf([sliceOf('a', ['10.0.0.1'], { ports })])).toThrow('they are: none');
    });
  });
});
