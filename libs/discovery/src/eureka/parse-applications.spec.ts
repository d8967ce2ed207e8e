import { instanceJson } from '../../test/eureka/fake-eureka.ts';
import { APPS, APPS_XML, DELTA } from '../../test/eureka/recorded.ts';
import { parseApplications } from './parse-applications.ts';

const parse = (body: unknown, status = 200) => parseApplications({ status, headers: {}, body });
const answer = (application: unknown) => ({ applications: { apps__hashcode: '', application } });
const first = (more: object) =>
  parse(answer([{ name: 'catalog', instance: [{ ...instanceJson('a'), ...more }] }])).instances[0]!;

describe('parseApplications', () => {
  it('case 97: reads what the real server said in JSON, with its `@enabled` as text', () => {
    const { instances, hash } = parse(APPS);
    expect(hash).toBe('DOWN_1_OUT_OF_SERVICE_1_STARTING_1_UP_2_');
    expect(instances).toHaveLength(5);
    expect(instances.find(({ id }) => id === 'catalog-1')).toEqual({
      app: 'CATALOG',
      id: 'catalog-1',
      hostName: 'catalog-1.shop.test',
      ipAddr: '10.0.0.1',
      status: 'UP',
      deleted: false,
      port: 4001,
      securePort: 4443,
      metadata: { zone: 'a', weight: '5', version: '1.2' },
    });
  });

  it('case 97: an answer in XML is an error that says so', () => {
    expect(() => parse(APPS_XML)).toThrow('it answers in XML, not in the JSON that was asked for');
  });

  it('case 97: reads a single application and a single instance that are objects instead of arrays', () => {
    const { instances } = parse(answer({ name: 'CATALOG', instance: instanceJson('only') }));
    expect(instances).toMatchObject([{ app: 'CATALOG', id: 'only', port: 4001 }]);
  });

  it('case 97: an application or a registry without the key of its list is empty', () => {
    expect(parse({ applications: { apps__hashcode: '' } }).instances).toEqual([]);
    expect(parse(answer({ name: 'CATALOG' })).instances).toEqual([]);
  });

  it('case 97: knows from a delta who was deleted, though the status says UP', () => {
    const deleted = parse(DELTA).instances.filter((instance) => instance.deleted);
    expect(deleted.map(({ id, status }) => `${id} ${status}`)).toEqual(['catalog-4 DOWN', 'ordering-1 UP']);
  });

  it.each([
    ['true as text', { $: 80, '@enabled': 'true' }, 80],
    ['true', { $: 80, '@enabled': true }, 80],
    ['a number as text', { $: '80', '@enabled': 'true' }, 80],
    ['false as text', { $: 80, '@enabled': 'false' }, 0],
    ['false', { $: 80, '@enabled': false }, 0],
    ['nothing', { $: 80 }, 0],
    ['no port', undefined, 0],
    ['no number, which the list refuses', { $: 'x', '@enabled': 'true' }, NaN],
  ])('case 97: `@enabled` with %s', (_, port, expected) => {
    expect(first({ port }).port).toBe(expected);
  });

  it('takes the host name for the id of an instance that gave none', () => {
    expect(first({ instanceId: undefined }).id).toBe('a.shop.test');
  });

  it('drops metadata of the server and what is no text', () => {
    const metadata = { '@class': 'java.util.Collections$EmptyMap', zone: 'a', weight: 5, nested: { a: 1 } };
    expect(first({ metadata }).metadata).toEqual({ zone: 'a', weight: '5' });
    expect(first({ metadata: null }).metadata).toEqual({});
  });

  it('keeps an instance with odd fields, since the hash counts it', () => {
    expect(first({ hostName: 7, ipAddr: null, status: undefined })).toMatchObject({ hostName: '', status: 'UNKNOWN' });
  });

  it.each([
    ['another status', answer([]), 503, 'status 503'],
    ['text', 'hello', 200, 'it answers with no registry: there is no apps__hashcode'],
    ['another object', { applications: {} }, 200, 'it answers with no registry: there is no apps__hashcode'],
    ['a list of texts', answer(['x']), 200, 'it answers with no registry: an application has no name'],
    ['nothing', null, 200, 'it answers with no registry'],
  ])('refuses %s instead of taking it for an empty registry', (_, body, status, message) => {
    expect(() => parse(body, status)).toThrow(message);
  });
});
