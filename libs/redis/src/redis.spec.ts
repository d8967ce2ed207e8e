import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type Server, type Socket } from 'node:net';
import { eventually, withinATurn } from '@portico/testing';
import type { RedisStatusEvent } from './events.ts';
import { openRedis, type Redis } from './redis.ts';
import { RedisError } from './redis-error.ts';

const AWAY = expect.objectContaining({ kind: 'away' });
const PASSWORD = 'correct-horse';

describe('openRedis, without a server that answers', () => {
  const statuses: RedisStatusEvent[] = [];
  const note = (message: unknown): void => void statuses.push(message as RedisStatusEvent);
  const sockets = new Set<Socket>();
  let server: Server;
  let redis: Redis;
  let answer: (socket: Socket) => void;
  // A process reads the client once, with its first connection: times are those of a connection.
  beforeAll(() => import('@redis/client'));
  beforeEach(async () => {
    statuses.length = 0;
    subscribe('portico.redis.status', note);
    answer = () => undefined;
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    unsubscribe('portico.redis.status', note);
    await redis.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  const open = (options = {}): Redis => {
    const { port } = server.address() as { port: number };
    return openRedis(`redis://user:${PASSWORD}@127.0.0.1:${port}`, { connectTimeout: 150, ...options });
  };

  it('case 70: fails at once when nobody listens, tells it once, and closes in the middle of trying again', async () => {
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    // Longer than a test may take.
    redis = openRedis(`redis://127.0.0.1:${port}`, { connectTimeout: 60_000, commandTimeout: 60_000 });
    await expect(redis.get('a')).rejects.toEqual(AWAY);
    await expect(withinATurn(redis.set('a', 'b'))).rejects.toEqual(AWAY);
    await eventually(() => !redis.isConnected);
    expect(statuses).toEqual([
      {
        address: `127.0.0.1:${port}`,
        connection: 'commands',
        state: 'away',
        reason: expect.stringContaining('ECONNREFUSED'),
      },
    ]);
  });

  it('case 70: gives up on a server that accepts connections and says nothing, and tries others', async () => {
    redis = open({ commandTimeout: 60_000 });
    await expect(redis.get('a')).rejects.toEqual(AWAY);
    await expect(withinATurn(redis.get('a'))).rejects.toEqual(AWAY);
    await eventually(() => sockets.size > 2);
    expect(redis.isConnected).toBe(false);
  });

  it('case 65: tells neither user nor password when they are refused', async () => {
    answer = (socket) => socket.write('-WRONGPASS invalid username-password pair or user is disabled.\r\n');
    redis = open();
    await expect(redis.get('a')).rejects.toEqual(AWAY);
    expect(statuses[0]!.reason).toContain('WRONGPASS');
    expect(JSON.stringify(statuses)).not.toContain(PASSWORD);
  });

  it('closes in the turn in which it was opened, and then connects to nobody', async () => {
    const greeted = (bytes: string): number => bytes.match(/^\*\d/gm)?.length ?? 0;
    server.on('connection', (socket) =>
      socket.on('data', (bytes) => socket.write('+OK\r\n'.repeat(greeted(String(bytes))))),
    );
    redis = open();
    const asked = redis.get('a');
    await redis.close();
    await expect(asked).rejects.toEqual(AWAY);
    expect([sockets.size, statuses]).toEqual([0, []]);
  });

  it('takes a client library that cannot be read for a server that is away, and reads it again', async () => {
    let failures = 0;
    jest.doMock('@redis/client', () => {
      failures++;
      throw new Error('EMFILE: too many open files');
    });
    try {
      redis = open();
      await expect(redis.get('a')).rejects.toEqual(AWAY);
      await eventually(() => failures > 1);
    } finally {
      jest.dontMock('@redis/client');
    }
    expect(statuses).toMatchObject([{ state: 'away', reason: expect.stringContaining('EMFILE') }]);
    await eventually(() => sockets.size > 0);
  });

  it('greets a server in TLS when the address says rediss', async () => {
    const { port } = server.address() as { port: number };
    let first: Buffer | undefined;
    server.once('connection', (socket) => socket.once('data', (bytes) => (first = bytes)));
    redis = openRedis(`rediss://user:${PASSWORD}@127.0.0.1:${port}`, { connectTimeout: 150 });
    await expect(redis.get('a')).rejects.toEqual(AWAY);
    // The record type of a handshake (RFC 8446 5.1).
    expect(first![0]).toBe(22);
    expect(first!.includes(PASSWORD)).toBe(false);
  });

  it('takes nonsense for a server that is away', async () => {
    answer = (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    redis = open();
    await expect(redis.get('a')).rejects.toBeInstanceOf(RedisError);
    expect(redis.isConnected).toBe(false);
  });
});
