import fc from 'fast-check';
import { Egress } from './egress.ts';
import { instanceOf, refusalOf } from './instance-check.ts';
import type { Candidate } from './instance.ts';

const egress = new Egress(['10.0.0.0/8', 'fd00::/8']);
const refusal = (candidate: unknown): string | undefined => refusalOf(candidate as Candidate, egress);

describe('refusalOf', () => {
  it.each(['10.0.0.1', 'fd00::1', '::ffff:10.0.0.1', 'catalog.internal', 'localhost'])('lets %s pass', (host) => {
    expect(refusal({ host, port: 80 })).toBeUndefined();
  });

  it.each([
    ['169.254.169.254', 'the egress ranges do not allow its address'],
    ['::1', 'the egress ranges do not allow its address'],
    ['::ffff:a9fe:a9fe', 'the egress ranges do not allow its address'],
    ['evil.com#', 'its host is no name and no address'],
    ['javascript:alert(1)', 'its host is no name and no address'],
    ['http://10.0.0.1', 'its host is no name and no address'],
    ['10.0.0.1:80', 'its host is no name and no address'],
    ['[fd00::1]', 'its host is no name and no address'],
    ['fd00::1%eth0', 'its host is no name and no address'],
    ['10.1', 'its host is no name and no address'],
    ['', 'its host is no name and no address'],
    [undefined, 'its host is no name and no address'],
    [167772161, 'its host is no name and no address'],
    [['10.0.0.1'], 'its host is no name and no address'],
  ])('case 98: refuses the host %p', (host, reason) => {
    expect(refusal({ host, port: 80 })).toBe(reason);
  });

  it.each([0, -1, 65_536, 99_999, 80.5, NaN, Infinity, '80', null, undefined])(
    'case 98: refuses the port %p',
    (port) => {
      expect(refusal({ host: '10.0.0.1', port })).toBe('its port is not from 1 to 65535');
    },
  );

  it.each([
    [{ protocol: 'javascript' }, 'its protocol is not http or https'],
    [{ protocol: 'toString' }, 'its protocol is not http or https'],
    [{ serverName: 'a\r\nX-Evil: 1' }, 'its server name is no host name'],
    [{ serverName: '' }, 'its server name is no host name'],
    [{ serverName: 7 }, 'its server name is no host name'],
    // A connection to an address asks no lookup, so it would go there and not to the host that was checked.
    [{ serverName: '169.254.169.254' }, 'its server name is no host name'],
    [{ serverName: '169.254.169.254.' }, 'its server name is no host name'],
    [{ serverName: 'fd00:ec2::254' }, 'its server name is no host name'],
    [{ id: '' }, 'its id is no id'],
    [{ id: 7 }, 'its id is no id'],
    [{ id: 'x'.repeat(513) }, 'its id is no id'],
  ])('case 98: refuses %p', (part, reason) => {
    expect(refusal({ host: '10.0.0.1', port: 80, ...part })).toBe(reason);
  });

  it.each([
    [{ port: 1 }, undefined],
    [{ port: 65_535 }, undefined],
    [{ id: 'x' }, undefined],
    [{ id: 'x'.repeat(512) }, undefined],
    [{ protocol: 'https' }, undefined],
    [{ serverName: 'shop.test' }, undefined],
  ])('lets %p pass', (part, reason) => {
    expect(refusal({ host: '10.0.0.1', port: 80, ...part })).toBe(reason);
  });

  it('lets only ports pass that can be connected to', () => {
    const port = fc.oneof(fc.integer(), fc.double(), fc.integer({ min: 0, max: 65_536 }));
    fc.assert(
      fc.property(port, (number) => {
        const isPort = Number.isInteger(number) && number > 0 && number < 65_536;
        expect(refusal({ host: '10.0.0.1', port: number }) === undefined).toBe(isPort);
      }),
    );
  });

  it('lets an address pass exactly when the egress ranges allow it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.ipV4().map((ip) => ip.replace(/^\d+/, '10')),
        ),
        (host) => {
          expect(refusal({ host, port: 80 }) === undefined).toBe(egress.allows(host));
        },
      ),
    );
  });

  it('never throws, and what it lets pass makes a URL of that host', () => {
    const candidate = fc.record({ host: fc.anything(), port: fc.anything() });
    const plausible = fc.record({
      host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string()),
      port: fc.nat(70_000),
    });
    fc.assert(
      fc.property(fc.oneof(candidate, plausible), (anything) => {
        if (refusal(anything) !== undefined) return;
        const { id, host, port } = instanceOf(anything as Candidate);
        expect(new URL(`http://${id}`).port).toBe(port === 80 ? '' : String(port));
        expect(id.startsWith(host.includes(':') ? `[${host}]:` : `${host}:`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('instanceOf', () => {
  const weightOf = (weight: unknown): number => instanceOf({ host: 'a', port: 1, weight: weight as number }).weight;

  it('fills in what a source does not know', () => {
    expect(instanceOf({ host: 'Catalog.Internal', port: 80 })).toEqual({
      id: 'catalog.internal:80',
      protocol: 'http',
      host: 'catalog.internal',
      port: 80,
      serverName: undefined,
      weight: 1,
      zone: undefined,
      tags: [],
      priority: 0,
      healthy: true,
    });
    expect(instanceOf({ host: 'FD00::1', port: 80 }).id).toBe('[fd00::1]:80');
  });

  it('keeps what it knows', () => {
    const given = { id: 'one', host: '10.0.0.1', port: 80, protocol: 'https', serverName: 'a', weight: 0.5 } as const;
    const rest = { zone: 'eu-1', tags: ['v1'], healthy: false, priority: 2 };
    expect(instanceOf({ ...given, ...rest })).toEqual({ ...given, ...rest });
  });

  it.each([
    [0, 0],
    [0.5, 0.5],
    [65_535, 65_535],
    [1e9, 65_535],
    [Infinity, 65_535],
    [-1, 1],
    [NaN, 1],
    [null, 1],
    ['5', 1],
    [[], 1],
  ])('case 95: counts the weight %p as %p', (weight, expected) => {
    expect(weightOf(weight)).toBe(expected);
  });

  it('bounds zone and tags, and does not share the tags of the source', () => {
    const tags = ['v1'];
    const instance = instanceOf({ host: 'a', port: 1, zone: 'z'.repeat(1_000), tags });
    tags.push('v2');
    expect(instance.zone).toHaveLength(128);
    expect(instance.tags).toEqual(['v1']);
    expect(Object.isFrozen(instance) && Object.isFrozen(instance.tags)).toBe(true);
    expect(instanceOf({ host: 'a', port: 1, zone: '' }).zone).toBeUndefined();
    expect(instanceOf({ host: 'a', port: 1, tags: [7, 'a'] as string[] }).tags).toEqual(['a']);
  });
});
