import { EventEmitter } from 'node:events';
import { fastify, type FastifyInstance } from 'fastify';
import { loadServerConfig } from './server-config.ts';
import { createFastify } from './fastify-front.ts';
import { openLog } from './logger.ts';
import { withOneStartListener } from './fastify-start.ts';

/** How many listeners Node looks through to take off those that have run, while `count` routes start. */
async function looksOfStart(count: number, create: () => FastifyInstance): Promise<number> {
  let looks = 0;
  const { removeListener } = EventEmitter.prototype;
  const spy = jest.spyOn(EventEmitter.prototype, 'removeListener').mockImplementation(function (
    this: EventEmitter,
    ...given
  ) {
    if (given[0] === 'preReady') looks += this.listenerCount('preReady');
    return removeListener.apply(this, given);
  });
  const instance = create();
  for (let route = 0; route < count; route++) instance.get(`/routes/${route}`, () => 'ok');
  await instance.ready();
  await instance.close();
  spy.mockRestore();
  return looks;
}

describe('the start of a server', () => {
  it('looks through no more listeners a route with more routes', async () => {
    const config = loadServerConfig(0, { LOG_LEVEL: 'silent' });
    const create = () => createFastify(config, openLog('test', config)).fastify;
    const few = await looksOfStart(50, create);
    expect(few).toBeGreaterThan(0);
    expect(await looksOfStart(500, create)).toBeLessThanOrEqual(few * 10);
  });

  it('lets every route of the server answer, in plugins too, and leaves other servers alone', async () => {
    const shared = withOneStartListener(() => fastify());
    const other = fastify();
    for (const instance of [shared, other]) {
      instance.get('/a', { preHandler: (_request, _reply, done) => done() }, () => 'a');
      void instance.register((child) => Promise.resolve(void child.get('/b', () => 'b')));
    }
    for (const instance of [shared, other]) {
      await instance.ready();
      expect([(await instance.inject('/a')).body, (await instance.inject('/b')).body]).toEqual(['a', 'b']);
      await instance.close();
    }
    expect(await looksOfStart(10, () => fastify())).toBeGreaterThan(10);
  });
});
