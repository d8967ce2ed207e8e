import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, open, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { AuditFile } from './audit-file.ts';
import type { CallEntry } from './audit-record.ts';
import { verifyTrail } from './verify-trail.ts';

let folder: string;
let path: string;
let file: AuditFile;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  path = join(folder, 'trail.jsonl');
  file = new AuditFile(path);
});
afterEach(async () => {
  await file.close();
  await rm(folder, { recursive: true, force: true });
});

function entry(overrides: Partial<CallEntry> = {}): CallEntry {
  return {
    time: '2026-01-01T00:00:00.000Z',
    event: 'asked',
    bff: 'admin-bff',
    requestId: 'r-1',
    traceId: 't-1',
    principal: 'https://id.example sam',
    session: 'handle',
    client: '10.0.0.1',
    method: 'POST',
    route: '/orders/:id',
    parameters: { id: 'o-1' },
    ...overrides,
  };
}

async function append(count: number, to = file): Promise<void> {
  for (let index = 0; index < count; index++) await to.append(entry({ requestId: `r-${index}` }));
}

const linesOf = async (of = path): Promise<string[]> => (await readFile(of, 'utf8')).split('\n').filter(Boolean);

describe('the file of an audit trail', () => {
  it('has one JSON object a line, numbered, each with the hash of the one before, for its owner alone', async () => {
    await append(3);
    const records = (await linesOf()).map((line) => JSON.parse(line) as { seq: number; previous: string });
    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(records[0]).toMatchObject({ ...entry({ requestId: 'r-0' }), previous: '0'.repeat(64) });
    expect(new Set(records.map(({ previous }) => previous)).size).toBe(3);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await verifyTrail([path])).toEqual({ records: 3, last: file.lastRecord, problems: [], notes: [] });
  });

  it('gets its folder when it is opened, for its owner alone', async () => {
    const deep = join(folder, 'a/b');
    const other = new AuditFile(join(deep, 'trail.jsonl'));
    await other.open();
    await other.close();
    expect((await stat(deep)).mode & 0o777).toBe(0o700);
  });

  it('takes the rights of others to an older file away', async () => {
    await writeFile(path, '', { mode: 0o644 });
    await append(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('goes on where an earlier process stopped', async () => {
    await append(2);
    await file.close();
    const next = new AuditFile(path);
    await append(2, next);
    await next.close();
    expect(await verifyTrail([path])).toMatchObject({ records: 4, problems: [], notes: [] });
  });

  it.each([
    ['half a record', '{"seq":3,"time":"20'],
    ['half a character', Buffer.from([0x7b, 0x22, 0xe2, 0x82])],
  ])('goes on after %s of a process that died while it wrote', async (_what, torn) => {
    await append(2);
    await file.close();
    await appendFile(path, torn);
    const next = new AuditFile(path);
    await append(2, next);
    await next.close();
    const report = await verifyTrail([path]);
    expect(report).toMatchObject({ records: 4, problems: [] });
    expect(report.notes).toEqual([expect.stringContaining('trail.jsonl:3: is no whole record')]);
  });

  it('goes on in a new file when the old one was moved away, without a gap', async () => {
    await append(2);
    await rename(path, `${path}.1`);
    await append(2);
    expect(await verifyTrail([`${path}.1`, path])).toMatchObject({ records: 4, problems: [], notes: [] });
    const alone = await verifyTrail([path]);
    expect(alone.problems).toEqual([]);
    expect(alone.notes).toEqual([expect.stringMatching(/goes on from record 2 with hash [0-9a-f]{64}/)]);
    expect((await verifyTrail([path, `${path}.1`])).problems).toHaveLength(0);
  });

  it('fails while its folder is gone, and goes on without a gap when it is back', async () => {
    await append(1);
    await rename(folder, `${folder}-away`);
    await expect(append(1)).rejects.toThrow('ENOENT');
    await expect(append(1)).rejects.toThrow('ENOENT');
    await rename(`${folder}-away`, folder);
    await append(1);
    expect(await verifyTrail([path])).toMatchObject({ records: 2, problems: [], notes: [] });
  });

  it('begins a file anew when somebody deleted it, and the chain shows that records are missing', async () => {
    await append(2);
    await rm(path);
    await append(1);
    expect((await verifyTrail([path])).notes).toEqual([expect.stringContaining('goes on from record 2')]);
  });

  it.each([0, 1, 40])('goes on after a disk that took only %s bytes of a record', async (taken) => {
    await append(1);
    const handle = await open(path);
    const prototype = Object.getPrototypeOf(handle) as { write: (bytes: Buffer) => Promise<{ bytesWritten: number }> };
    await handle.close();
    const { write } = prototype;
    prototype.write = function (bytes) {
      prototype.write = write;
      return write.call(this, bytes.subarray(0, taken));
    };
    await expect(append(1)).rejects.toThrow('only a part of the record');
    await append(2);
    expect(await verifyTrail([path])).toMatchObject({ records: 3, problems: [] });
  });

  it('counts a record that was written though writing it was said to fail', async () => {
    await append(1);
    const handle = await open(path);
    const prototype = Object.getPrototypeOf(handle) as { write: (bytes: Buffer) => Promise<unknown> };
    await handle.close();
    const { write } = prototype;
    prototype.write = async function (bytes) {
      prototype.write = write;
      await write.call(this, bytes);
      throw new Error('EIO');
    };
    await expect(append(1)).rejects.toThrow('EIO');
    await append(1);
    expect(await verifyTrail([path])).toMatchObject({ records: 3, problems: [], notes: [] });
  });

  it.each([
    ['a folder', () => mkdir(path)],
    ['a symbolic link', () => symlink('/dev/null', path)],
    ['some other file', () => writeFile(path, 'root:x:0:0:root:/root:/bin/bash\n')],
  ])('is not %s', async (_what, make) => {
    await make();
    await expect(new AuditFile(path).open()).rejects.toThrow();
  });

  it('is held by the process that has opened it: another one finds out when it starts', async () => {
    await file.open();
    await append(1);
    await expect(new AuditFile(path).open()).rejects.toThrow('another process writes to it');
    await append(1);
    await file.close();
    const next = new AuditFile(path);
    await next.open();
    await append(1, next);
    await next.close();
    expect(await verifyTrail([path])).toMatchObject({ records: 3, problems: [], notes: [] });
  });

  it('is held by another process for as long as that lives, however it ends', async () => {
    const holder = `require('node:net').createServer().listen(${JSON.stringify(`${path}.lock`)}, () => console.log('holds'))`;
    const other = spawn(process.execPath, ['-e', holder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    await expect(file.open()).rejects.toThrow('another process writes to it');
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect((await stat(`${path}.lock`)).isSocket()).toBe(true);
    await file.open();
    await append(1);
  });

  it('does not take away what is no socket and in the way of its lock', async () => {
    await writeFile(`${path}.lock`, 'of somebody else');
    await expect(file.open()).rejects.toThrow('is in the way');
    expect(await readFile(`${path}.lock`, 'utf8')).toBe('of somebody else');
  });

  it('says so when something else writes to it, and goes on in its own chain', async () => {
    await append(2);
    await appendFile(path, '{"seq":3}\n');
    await expect(append(1)).rejects.toThrow('something else writes to it');
    await append(1);
    const { records, problems, notes } = await verifyTrail([path]);
    expect([records, problems, notes]).toEqual([3, [], [expect.stringContaining(':3: is no whole record')]]);
  });

  it('cuts what a client made too long, and keeps the line ends of others out', async () => {
    const rest = `a\u2028b\nc\r${'x'.repeat(100_000)}`;
    await file.append(entry({ parameters: { rest } }));
    await file.append(entry());
    const lines = await linesOf();
    expect(lines).toHaveLength(2);
    expect(lines[0]!.length).toBeLessThan(2_000);
    expect(await verifyTrail([path])).toMatchObject({ records: 2, problems: [], notes: [] });
  });
});

describe('a changed audit trail', () => {
  const report = async (lines: readonly string[]) => {
    await writeFile(path, lines.map((line) => `${line}\n`).join(''));
    return verifyTrail([path]);
  };

  it('is found out, whichever record was changed, cut out, repeated or put elsewhere', async () => {
    await append(8);
    const lines = await linesOf();
    const place = fc.integer({ min: 0, max: 6 });
    await fc.assert(
      fc.asyncProperty(
        place,
        place,
        fc.constantFrom('change', 'cut', 'repeat', 'swap', 'ruin'),
        async (at, to, how) => {
          const changed = [...lines];
          if (how === 'change') changed[at] = changed[at]!.replace('10.0.0.1', '10.0.0.2');
          if (how === 'ruin') changed[at] = changed[at]!.slice(1);
          // The first is not missed by itself: the file then goes on from a record of another file, which is noted.
          if (how === 'cut') changed.splice(at + 1 > 6 ? 6 : at + 1, 1);
          if (how === 'repeat') changed.splice(to, 0, changed[at]!);
          if (how === 'swap') [changed[at], changed[at + 1]] = [changed[at + 1]!, changed[at]!];
          const { problems, notes } = await report(changed);
          expect(problems.length + notes.filter((note) => note.includes('goes on from')).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is a chain that begins anew in the middle of a file', async () => {
    await append(2);
    const lines = await linesOf();
    expect((await report([...lines, ...lines])).problems).toHaveLength(1);
  });

  it('does not miss records cut off at the end, which only the number and hash in the log tell', async () => {
    await append(3);
    const { last, problems } = await report((await linesOf()).slice(0, 2));
    expect(problems).toEqual([]);
    expect(last!.hash).not.toBe(file.lastRecord!.hash);
  });
});
