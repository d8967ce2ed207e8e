import type { Instance } from '@portico/discovery';
import fc from 'fast-check';
import { instance } from '../../test/instances.ts';
import { selectCandidates } from './select-candidates.ts';
import type { UpstreamInstance } from './upstream-instance.ts';

const up = (id: string): UpstreamInstance => instance(id);
const down = (id: string): UpstreamInstance => instance(id, { healthy: false });
const withdrawn = (id: string, more: Partial<Instance> = {}): UpstreamInstance =>
  instance(id, { healthy: false, withdrawn: 'maintenance', ...more });
const spare = (id: string): UpstreamInstance => instance(id, { weight: 0 });
const ejected = (id: string): UpstreamInstance => Object.assign(instance(id), { ejected: true });
const failing = (id: string): UpstreamInstance => Object.assign(instance(id), { failsProbes: true });

const idsOf = (all: UpstreamInstance[], panicBelow = 0.5): string =>
  selectCandidates(all, panicBelow)
    .map(({ description }) => description.id)
    .join(' ');

describe('who may get calls', () => {
  it.each<[string, UpstreamInstance[], string]>([
    ['nobody of nobody', [], ''],
    ['all that are healthy', [up('a'), ejected('b'), up('c'), failing('d'), up('e')], 'a c e'],
    ['the healthy half', [up('a'), ejected('b')], 'a'],
    ['all when fewer than half are healthy', [up('a'), ejected('b'), failing('c')], 'a b c'],
    ['the only one, whatever is said of it', [ejected('a')], 'a'],
  ])('is %s', (_, all, expected) => expect(idsOf(all)).toBe(expected));

  it.each<[string, UpstreamInstance[], string]>([
    ['is not there for its registry', [up('a'), down('b'), down('c'), down('d')], 'a'],
    ['is used all the same when its registry says so of everybody', [down('a'), down('b')], 'a b'],
  ])('case 95: whoever %s', (_, all, expected) => expect(idsOf(all)).toBe(expected));

  it.each<[string, UpstreamInstance[], string]>([
    ['not used beside another one', [spare('s'), up('a')], 'a'],
    ['not used because others are few', [spare('s'), up('a'), ejected('b'), ejected('c')], 'a b c'],
    ['used when no other is healthy', [spare('s'), ejected('a')], 's'],
    ['all there are', [spare('s'), spare('t')], 's t'],
    [
      'no better than others when it is unhealthy too',
      [Object.assign(spare('s'), { ejected: true }), ejected('a')],
      'a',
    ],
  ])('case 95: an instance of weight 0 is %s', (_, all, expected) => expect(idsOf(all)).toBe(expected));

  it.each([NaN, -1, -Infinity])('case 95: an instance of weight %f is spare, not an error', (weight) => {
    expect(idsOf([instance('a', { weight }), up('b')])).toBe('b');
    expect(idsOf([instance('a', { weight })])).toBe('a');
  });

  it.each<[string, UpstreamInstance[], string]>([
    ['is nobody when all were', [withdrawn('a'), withdrawn('b')], ''],
    ['is nobody when the spare one was too', [withdrawn('a'), withdrawn('s', { weight: 0 })], ''],
    ['is whoever fails beside them rather than nobody', [withdrawn('a'), down('b'), ejected('c')], 'c'],
    ['is a spare one beside them', [withdrawn('a'), spare('s')], 's'],
    ['is not in a panic because of them', [up('a'), withdrawn('b'), withdrawn('c'), withdrawn('d'), ejected('e')], 'a'],
  ])('of those taken out of service on purpose %s', (_, all, expected) => {
    expect(idsOf(all)).toBe(expected);
    fc.assert(
      fc.property(fc.shuffledSubarray(all), fc.double({ min: 0, max: 1, noNaN: true }), (some, panicBelow) => {
        expect(selectCandidates(some, panicBelow).every(({ inService }) => inService)).toBe(true);
      }),
    );
  });

  const later = (id: string, more: Partial<Instance> = {}): UpstreamInstance => instance(id, { priority: 1, ...more });
  it.each<[string, UpstreamInstance[], string]>([
    ['the first priority while enough of it are healthy', [later('z'), up('a'), ejected('b')], 'a'],
    ['the next priority when the first cannot be reached', [ejected('a'), failing('b'), later('z')], 'z'],
    ['the next priority when the first is withdrawn', [withdrawn('a'), later('z')], 'z'],
    ['a spare one of the first before the next', [ejected('a'), spare('s'), later('z')], 's'],
    [
      'the next priority when too few of the first are healthy',
      [up('a'), down('x'), ejected('b'), failing('c'), later('z')],
      'z',
    ],
    [
      'the first that has a healthy one when none has enough',
      [
        ejected('a'),
        later('x'),
        Object.assign(later('y'), { ejected: true }),
        Object.assign(later('z'), { ejected: true }),
      ],
      'x y z',
    ],
    ['the first when none of any is healthy', [Object.assign(later('z'), { ejected: true }), ejected('a')], 'a'],
  ])('is, of several priorities, %s', (_, all, expected) => expect(idsOf(all)).toBe(expected));

  it('is nobody rather than somebody unhealthy when panic is off', () => {
    expect(idsOf([ejected('a'), failing('b')], 0)).toBe('');
    expect(idsOf([up('a'), failing('b'), failing('c'), failing('d')], 0)).toBe('a');
  });
});
