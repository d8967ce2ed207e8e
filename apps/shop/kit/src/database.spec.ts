import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from './database.ts';

const scripts = ['CREATE TABLE stock (id TEXT PRIMARY KEY, pieces INTEGER NOT NULL CHECK (pieces >= 0))'];
const folder = mkdtempSync(join(tmpdir(), 'portico-database-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['in memory', () => ':memory:'],
  ['in a file', () => join(folder, 'made', `${Math.random()}.db`)],
])('a database %s', (_, path) => {
  let database: Database;
  beforeEach(async () => {
    database = await Database.open(path());
    await database.migrate(scripts);
    await database.run('INSERT INTO stock VALUES (?, ?)', ['a', 50]);
  });
  afterEach(() => database.close());

  const pieces = async () => (await database.first<{ pieces: number }>('SELECT pieces FROM stock'))?.pieces;

  it('keeps what a transaction did, and nothing of one that throws', async () => {
    await database.transaction((queries) => queries.run('UPDATE stock SET pieces = 40'));
    const broken = database.transaction(async (queries) => {
      await queries.run('UPDATE stock SET pieces = 1');
      throw new Error('changed my mind');
    });
    await expect(broken).rejects.toThrow('changed my mind');
    expect(await pieces()).toBe(40);
  });

  it('runs transactions one after another, so that 200 buyers get exactly 50 pieces', async () => {
    const buy = () =>
      database.transaction(async (queries) => {
        const row = await queries.first<{ pieces: number }>('SELECT pieces FROM stock');
        await new Promise(setImmediate);
        if (!row || row.pieces === 0) return false;
        await queries.run('UPDATE stock SET pieces = ?', [row.pieces - 1]);
        return true;
      });
    const bought = await Promise.all(Array.from({ length: 200 }, buy));
    expect(bought.filter(Boolean)).toHaveLength(50);
    expect(await pieces()).toBe(0);
  });

  it('shows readers only what is committed', async () => {
    const change = database.transaction(async (queries) => {
      await queries.run('UPDATE stock SET pieces = 7');
      await new Promise((done) => setTimeout(done, 20));
      await queries.run('UPDATE stock SET pieces = 8');
    });
    expect(await Promise.all([pieces(), pieces()])).toEqual([8, 8]);
    await change;
  });

  it('undoes a batch whose last statement fails', async () => {
    const batch = database.batch([{ sql: 'UPDATE stock SET pieces = 3' }, 'UPDATE stock SET pieces = -1']);
    await expect(batch).rejects.toThrow(/CHECK/);
    expect(await pieces()).toBe(50);
  });

  it('runs each migration once, and none of a set with a broken one', async () => {
    await database.migrate([...scripts, 'ALTER TABLE stock ADD COLUMN place TEXT']);
    expect(await database.first('SELECT place FROM stock')).toMatchObject({ place: null });
    await expect(database.migrate([...scripts, '', 'CREATE TABLE more (id TEXT)', 'NOT SQL'])).rejects.toThrow();
    await expect(database.all('SELECT * FROM more')).rejects.toThrow(/no such table/);
  });
});

it('finds the rows again when a file is opened again', async () => {
  const path = join(folder, 'again.db');
  for (const expected of [1, 2]) {
    const database = await Database.open(path);
    await database.migrate(scripts);
    await database.run('INSERT INTO stock VALUES (?, 1)', [`p-${expected}`]);
    expect(await database.all('SELECT id FROM stock')).toHaveLength(expected);
    database.close();
  }
});
