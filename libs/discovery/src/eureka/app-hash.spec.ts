import { APPS, APPS_AFTER, DELTA } from '../../test/eureka/recorded.ts';
import { appHash } from './app-hash.ts';
import { applyDelta, registryOf } from './apply-delta.ts';
import { parseApplications } from './parse-applications.ts';

const parse = (body: object) => parseApplications({ status: 200, headers: {}, body });

describe('appHash', () => {
  it('is empty for nobody and counts each status, by name', () => {
    expect(appHash([])).toBe('');
    const statuses = ['UP', 'DOWN', 'UP', 'OUT_OF_SERVICE'];
    expect(appHash(statuses.map((status) => ({ status })))).toBe('DOWN_1_OUT_OF_SERVICE_1_UP_2_');
  });

  it.each([APPS, APPS_AFTER])('is what the real server said of its registry', (body) => {
    const { instances, hash } = parse(body);
    expect(appHash(instances)).toBe(hash);
  });
});

describe('applyDelta', () => {
  it('turns a recorded registry into the one that the real server had, by its recorded delta', () => {
    const changed = applyDelta(registryOf(parse(APPS).instances), parse(DELTA).instances);
    const byId = (registry: typeof changed) =>
      [...registry.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
    expect(byId(changed)).toEqual(byId(registryOf(parse(APPS_AFTER).instances)));
    expect(appHash(changed.values())).toBe(parse(DELTA).hash);
  });

  it('does no harm when it is applied again, and leaves the registry before as it was', () => {
    const before = registryOf(parse(APPS).instances);
    const once = applyDelta(before, parse(DELTA).instances);
    expect(applyDelta(once, parse(DELTA).instances)).toEqual(once);
    expect(before).toEqual(registryOf(parse(APPS).instances));
  });

  it('takes instances of two applications with one id for two', () => {
    const [instance] = parse(APPS).instances;
    expect(registryOf([instance!, { ...instance!, app: 'OTHER' }]).size).toBe(2);
  });
});
