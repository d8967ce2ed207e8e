import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, FakeClock } from '@portico/testing';
import { AuditFile } from './audit-file.ts';
import type { AuditedCall, AuditEntry, CallEntry, OmissionsEntry } from './audit-record.ts';
import { AuditTrail } from './audit-trail.ts';
import { verifyTrail } from './verify-trail.ts';

const OK = { status: 200, error: undefined, duration: 3 };

let folder: string;
let path: string;
let file: AuditFile;
let trail: AuditTrail;
let clock: FakeClock;
let changes: string[];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'audit-')), 'trail');
  await mkdir(folder);
  path = join(folder, 'trail.jsonl');
  clock = new FakeClock();
  changes = [];
  file = new AuditFile(path);
  const onChange = (failure?: unknown) => changes.push(failure === undefined ? 'written again' : 'failed');
  trail = new AuditTrail(file, { name: 'admin-bff', clock, onChange });
});
afterEach(async () => {
  await trail.close();
  expect(clock.pending).toBe(0);
  await rm(join(folder, '..'), { recursive: true, force: true });
});

function call(requestId: string): AuditedCall {
  return {
    requestId,
    traceId: 't',
    principal: 'https://id.example sam',
    session: 'handle',
    client: '10.0.0.1',
    method: 'POST',
    route: '/orders/:id',
    parameters: { id: 'o-1' },
  };
}

/** A call of nobody who is known. */
const strangers = (requestId: string): AuditedCall => ({
  ...call(requestId),
  principal: undefined,
  session: undefined,
});

const REFUSED = { status: 401, error: 'unauthenticated', duration: 1 };

/** A last line without an end is still being written. */
async function recorded(): Promise<readonly AuditEntry[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as AuditEntry);
}

const ofCalls = async (): Promise<readonly CallEntry[]> =>
  (await recorded()).filter((entry): entry is CallEntry => 'route' in entry);

const names = async (): Promise<string[]> => (await ofCalls()).map(({ event, requestId }) => `${event} ${requestId}`);

const omissions = async (): Promise<readonly number[]> =>
  (await recorded())
    .filter((entry): entry is OmissionsEntry => entry.event === 'omitted')
    .map(({ omitted }) => omitted);

/** Holds all writing back until it is called. */
function holdWriting(): () => void {
  const { append } = file;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  file.append = async (entry) => {
    await held;
    return append.call(file, entry);
  };
  return release;
}

describe('an audit trail', () => {
  it('has the call in the file before it lets it go on', async () => {
    await trail.ask(call('r-1'));
    expect(await recorded()).toEqual([
      expect.objectContaining({ ...call('r-1'), event: 'asked', bff: 'admin-bff', time: '2026-01-01T00:00:00.000Z' }),
    ]);
  });

  it('keeps the order of calls at the same time, in one chain', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `r-${index}`);
    await Promise.all(
      many.map(async (id) => {
        await trail.ask(call(id));
        trail.answered(call(id), OK);
      }),
    );
    await trail.close();
    expect((await ofCalls()).filter(({ event }) => event === 'asked').map(({ requestId }) => requestId)).toEqual(many);
    expect(await verifyTrail([path])).toMatchObject({ records: 100, problems: [], notes: [] });
  });

  it('refuses with audit-unavailable while it cannot be written, says so once, and recovers by itself', async () => {
    await trail.ask(call('r-1'));
    await rename(folder, `${folder}-away`);
    for (const id of ['r-2', 'r-3']) {
      await expect(trail.ask(call(id))).rejects.toMatchObject({
        code: 'audit-unavailable',
        headers: { 'retry-after': '5' },
      });
    }
    expect(changes).toEqual(['failed']);
    await rename(`${folder}-away`, folder);
    await trail.ask(call('r-4'));
    expect(changes).toEqual(['failed', 'written again']);
    expect(await names()).toEqual(['asked r-1', 'asked r-4']);
  });

  it('writes the answers that it could not write before the next call', async () => {
    await trail.ask(call('r-1'));
    await rename(folder, `${folder}-away`);
    trail.answered(call('r-1'), OK);
    await expect(trail.ask(call('r-2'))).rejects.toMatchObject({ code: 'audit-unavailable' });
    trail.answered(call('r-2'), { status: 503, error: 'audit-unavailable', duration: 1 });
    await rename(`${folder}-away`, folder);
    await trail.ask(call('r-3'));
    expect(await names()).toEqual(['asked r-1', 'answered r-1', 'answered r-2', 'asked r-3']);
    expect(await verifyTrail([path])).toMatchObject({ problems: [], notes: [] });
  });

  it('keeps a bounded number of answers and says how many were lost', async () => {
    await trail.ask(call('r-1'));
    await rename(folder, `${folder}-away`);
    for (let index = 0; index < 1_005; index++) trail.answered(call(`a-${index}`), OK);
    await eventually(() => changes.length === 1);
    await expect(trail.ask(call('r-2'))).rejects.toMatchObject({ code: 'audit-unavailable' });
    await rename(`${folder}-away`, folder);
    await trail.ask(call('r-3'));
    const records = await recorded();
    expect(records).toHaveLength(1_002);
    expect(records.filter(({ lost }) => lost !== undefined)).toEqual([expect.objectContaining({ lost: 5 })]);
    expect(records.at(-1)).toMatchObject({ event: 'asked', requestId: 'r-3' });
  });

  it('does not keep a call waiting for a disk that hangs', async () => {
    const release = holdWriting();
    const first = trail.ask(call('r-1'));
    const second = trail.ask(call('r-2'));
    clock.advance(2_000);
    await expect(first).rejects.toMatchObject({ code: 'audit-unavailable' });
    await expect(second).rejects.toMatchObject({ code: 'audit-unavailable' });
    release();
    await trail.ask(call('r-3'));
    expect(await names()).toEqual(['asked r-1', 'asked r-3']);
  });

  it('writes the record of a known caller next, however many strangers wait, and has room for it', async () => {
    const release = holdWriting();
    const asking = Array.from({ length: 1_000 }, (_, i) => trail.ask(strangers(`s-${i}`)));
    await expect(trail.ask(strangers('one too many'))).rejects.toMatchObject({ code: 'audit-unavailable' });
    for (let i = 0; i < 5_000; i++) trail.answered(strangers(`f-${i}`), REFUSED, { isRefusal: true });
    const staff = Array.from({ length: 10 }, (_, i) => trail.ask(call(`staff-${i}`)));
    release();
    await Promise.all(staff);
    expect((await names()).slice(0, 11)).toEqual(['asked s-0', ...staff.map((_, i) => `asked staff-${i}`)]);
    await Promise.all(asking);
    trail.answered(call('staff-0'), OK);
    await trail.close();
    expect(await names()).toContain('answered staff-0');
  });

  it('writes so many refused calls of strangers down, and then how many more there were', async () => {
    for (let i = 0; i < 5_000; i++) trail.answered(strangers(`f-${i}`), REFUSED, { isRefusal: true });
    clock.advance(1_000);
    for (let i = 0; i < 30; i++) trail.answered(strangers(`g-${i}`), REFUSED, { isRefusal: true });
    trail.answered(call('mallory'), { status: 403, error: 'forbidden', duration: 1 }, { isRefusal: true });
    await trail.close();
    expect(await omissions()).toEqual([4_800, 10]);
    expect(await ofCalls()).toHaveLength(200 + 20 + 1);
    expect(await verifyTrail([path])).toMatchObject({ problems: [], notes: [] });
  });

  it('has the sessions that ended because a user began too many, within the rate of known callers', async () => {
    const ending = { principal: 'https://id.example sam', handle: 'h-1', successor: 'h-2' };
    trail.sessionEnded(ending);
    await trail.close();
    expect(await recorded()).toMatchObject([{ seq: 1, bff: 'admin-bff', event: 'session-ended', ...ending }]);
    expect(await verifyTrail([path])).toMatchObject({ problems: [], notes: [] });
  });

  it('counts such sessions beyond the rate', async () => {
    const ending = { principal: 'https://id.example sam', handle: 'h-1', successor: 'h-2' };
    for (let i = 0; i < 1_500; i++) trail.sessionEnded(ending);
    clock.advance(1_000);
    await trail.close();
    expect(await omissions()).toEqual([500]);
    expect(await recorded()).toHaveLength(1_001);
  });

  it('writes a thousand refused calls of known callers down at once, and a hundred in each further second', async () => {
    const refuse = (count: number, name: string): void => {
      for (let i = 0; i < count; i++) {
        trail.answered(call(`${name}-${i}`), { ...REFUSED, status: 403 }, { isRefusal: true });
      }
    };
    // More at once would find no room in the queue.
    refuse(600, 'first');
    await eventually(async () => (await names()).length === 600);
    refuse(401, 'first-more');
    await eventually(async () => (await names()).length >= 1_000);
    clock.advance(1_000);
    refuse(101, 'second');
    await trail.close();
    const written = (name: string) => names().then((all) => all.filter((one) => one.startsWith(`answered ${name}-`)));
    expect([(await written('first')).length, (await written('second')).length]).toEqual([1_000, 100]);
  });

  it('keeps refused calls of known callers apart from those of strangers, within a rate too', async () => {
    for (let i = 0; i < 5_000; i++) trail.answered(strangers(`f-${i}`), REFUSED, { isRefusal: true });
    for (let i = 0; i < 900; i++) trail.answered(call(`k-${i}`), { ...REFUSED, status: 403 }, { isRefusal: true });
    await trail.ask(call('staff'));
    await trail.close();
    expect((await names()).filter((name) => name.startsWith('answered k-'))).toHaveLength(900);
  });
});
