import { request } from '../api/http.ts';
import { isOffline, watchNetwork } from './use-online.ts';

const before = { fetch: globalThis.fetch, window: globalThis.window };
const browser = { onLine: true };
let answers: boolean;

beforeEach(() => {
  answers = true;
  browser.onLine = true;
  const fetch = () => (answers ? Promise.resolve(Response.json({})) : Promise.reject(new TypeError('no network')));
  Object.assign(globalThis, { window: new EventTarget(), fetch });
  Object.defineProperty(globalThis, 'navigator', { value: browser, configurable: true });
  watchNetwork(() => request('/bff/user'));
});
afterEach(() => Object.assign(globalThis, before));

async function loseNetwork(): Promise<void> {
  browser.onLine = false;
  window.dispatchEvent(new Event('offline'));
  await new Promise((resolve) => setTimeout(resolve, 0));
}

it('a shop that answers is not offline, whatever the browser believes', async () => {
  await loseNetwork();
  expect(isOffline()).toBe(false);
  await request('/api/pages/home');
  expect(isOffline()).toBe(false);
});

it('a shop that does not answer is offline as long as the browser has no network', async () => {
  answers = false;
  await loseNetwork();
  expect(isOffline()).toBe(true);
  answers = true;
  await request('/api/pages/home');
  expect(isOffline()).toBe(false);
});

it('a shop that is down is not offline while the browser has a network', async () => {
  answers = false;
  await expect(request('/api/pages/home')).rejects.toThrow('cannot be reached');
  expect(isOffline()).toBe(false);
});

it('a network that is back ends it without a call', async () => {
  answers = false;
  await loseNetwork();
  browser.onLine = true;
  window.dispatchEvent(new Event('online'));
  expect(isOffline()).toBe(false);
});
