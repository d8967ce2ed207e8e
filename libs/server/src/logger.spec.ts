import { nestLogger, openLog, readableLine } from './logger.ts';

function logged(write: (log: ReturnType<typeof openLog>) => void, level: 'info' | 'debug' = 'info'): string[] {
  const lines: string[] = [];
  write(
    openLog(
      'demo',
      { LOG_LEVEL: level, LOG_FORMAT: 'json', LOG_BUFFER_BYTES: 65_536 },
      { write: (line: string) => void lines.push(line) },
    ),
  );
  return lines;
}

it('writes requests and messages for a person as one short line each', () => {
  const request = {
    time: 0,
    level: 40,
    method: 'GET',
    path: '/a',
    status: 404,
    duration: 1.2,
    failure: 'route-not-found',
  };
  expect(readableLine(JSON.stringify(request))).toMatch(/^\d\d:\d\d:\d\d warn GET \/a 404 1\.2 ms route-not-found\n$/);
  expect(readableLine('{"time":0,"level":30,"msg":"hello","data":{"a":1}}')).toMatch(/^\S+ hello \{"a":1\}\n$/);
});

it('shows a person where and why a request failed', () => {
  const line = { time: 0, level: 50, method: 'GET', path: '/a', status: 502, duration: 1, failure: 'upstream-connect' };
  const where = { upstream: 'catalog', part: 'stock', cause: 'connect ECONNREFUSED 10.0.0.1:80' };
  expect(readableLine(JSON.stringify({ ...line, ...where }))).toMatch(
    /^\S+ error GET \/a 502 1 ms upstream-connect catalog, part stock: connect ECONNREFUSED 10\.0\.0\.1:80\n$/,
  );
  expect(readableLine(JSON.stringify({ ...line, upstream: 'catalog' }))).toMatch(/ upstream-connect catalog\n$/);
});

it('case 101: what a client sent cannot steer the terminal', () => {
  const line = readableLine(JSON.stringify({ time: 0, level: 30, msg: 'a\x1b[2Jb\x9bc\rd' }));
  expect(line).toMatch(/^\S+ a\?\[2Jb\?c\?d\n$/);
});

it('case 101: a line break in a message makes no second line of JSON', () => {
  const lines = logged(({ log }) => log.info('a\n{"level":60}'));
  expect(lines).toHaveLength(1);
  expect(lines[0]!.trim().split('\n')).toHaveLength(1);
});

it("takes what Nest's logger says: its own start only at debug, services at their level, errors with their stack", () => {
  const say = ({ log }: ReturnType<typeof openLog>): void => {
    const logger = nestLogger(log);
    logger.log('Mapped {/a, GET} route', 'RouterExplorer');
    logger.log('stock is low', 'Stock');
    logger.error(new Error('broken'), undefined, 'Stock');
    logger.error(new Error('left to runBff'), 'ExceptionHandler');
    logger.warn({ password: 'hunter2' }, 'Stock');
  };
  const levels = (lines: string[]) => lines.map((line) => (JSON.parse(line) as { level: number }).level);
  expect(levels(logged(say))).toEqual([30, 50, 40]);
  expect(levels(logged(say, 'debug'))).toEqual([20, 30, 50, 40]);
  expect(logged(say)[1]).toContain('at ');
  expect(logged(say).join('')).not.toContain('hunter2');
});
