import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { systemClock } from '@portico/core';
import { eventually, httpRequest } from '@portico/testing';
import { Browser } from '../../test/browser.ts';
import { type EndpointsWorld, startEndpoints } from '../../test/endpoints-world.ts';
import { ENDPOINT_CONTROLLERS } from '../endpoints/endpoints.ts';
import { staffSessionsController } from '../endpoints/staff-sessions.controller.ts';
import { AuditFile } from './audit-file.ts';
import type { CallEntry } from './audit-record.ts';
import { AuditTrail } from './audit-trail.ts';
import { EndsAccess, endsAccessOf } from './ends-access.ts';

describe('what ends access', () => {
  let folder: string;
  let path: string;
  let trail: AuditTrail;
  let world: EndpointsWorld;
  let release: () => void;
  let browser: Browser;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ends-'));
    path = join(folder, 'trail.jsonl');
    const file = new AuditFile(path);
    const held = new Promise<void>((resolve) => (release = resolve));
    const { append } = file;
    file.append = async (entry) => {
      await held;
      return append.call(file, entry);
    };
    trail = new AuditTrail(file, { name: 'test-bff', clock: systemClock, onChange: () => undefined });
    world = await startEndpoints({}, trail);
    browser = new Browser(world.url);
    await browser.logIn();
  });
  afterEach(async () => {
    release();
    await world.close();
    await trail.close();
    await rm(folder, { recursive: true, force: true });
  });

  const isIn = async (): Promise<boolean> => (await browser.call('/bff/user')).status === 200;

  const records = async (count: number): Promise<readonly CallEntry[]> => {
    release();
    const read = async (): Promise<CallEntry[]> =>
      (await readFile(path, 'utf8').catch(() => ''))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as CallEntry);
    await eventually(async () => (await read()).length >= count);
    return read();
  };

  it('a logout waits for no trail that hangs, and is written down with whose it was', async () => {
    expect((await browser.call('/bff/logout', { method: 'POST' })).status).toBe(200);
    expect(await isIn()).toBe(false);
    expect(await records(1)).toEqual([
      expect.objectContaining({ event: 'answered', route: '/bff/logout', principal: `${world.fake.issuer} alice` }),
    ]);
  });

  it('so does a back-channel logout, and is written down before what strangers cause', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const post = (token: string) =>
      httpRequest(`${world.url}/bff/backchannel-logout`, { method: 'POST', headers, body: `logout_token=${token}` });
    for (let i = 0; i < 3; i++) expect((await post('garbage')).status).toBe(400);
    expect((await post(world.fake.logoutToken('alice'))).status).toBe(200);
    expect(await isIn()).toBe(false);
    // The first was under way.
    expect((await records(4)).map(({ status }) => status)).toEqual([400, 200, 400, 400]);
  });

  it('so does the end of sessions', async () => {
    expect((await browser.call('/bff/sessions?all=true', { method: 'DELETE' })).status).toBe(200);
    expect(await isIn()).toBe(false);
    expect(await records(1)).toEqual([expect.objectContaining({ event: 'answered', route: '/bff/sessions' })]);
  });

  it('is marked at every endpoint below /bff that changes something', () => {
    const controllers = [...ENDPOINT_CONTROLLERS, staffSessionsController({ roles: ['staff'] })];
    const unsafe = controllers.flatMap(({ prototype }) =>
      new MetadataScanner()
        .getAllMethodNames(prototype as object)
        .map((name) => (prototype as Record<string, object>)[name]!)
        .filter((handler) => Reflect.hasMetadata('path', handler))
        .filter((handler) => Reflect.getMetadata('method', handler) !== RequestMethod.GET),
    );
    expect(unsafe).toHaveLength(6);
    for (const handler of unsafe) expect(endsAccessOf(handler)).toBeDefined();
  });
});

it('a method that ends access proves its caller only when it says so, and others are not marked', () => {
  class Endings {
    @EndsAccess()
    logout(): void {}

    @EndsAccess({ provesCaller: true })
    backchannel(): void {}

    other(): void {}
  }
  const { logout, backchannel, other } = Endings.prototype;
  expect([logout, backchannel, other].map(endsAccessOf)).toEqual([
    { provesCaller: false },
    { provesCaller: true },
    undefined,
  ]);
});
