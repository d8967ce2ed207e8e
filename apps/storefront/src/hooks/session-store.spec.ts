import { currentSession, restoreSession, watchReturn } from './session-store.ts';

const BASKET = { id: 'b-1', lines: [], totals: { pieces: 0, amount: 0, currency: 'EUR' } };

let signedIn: string | null;
let asked: string[];
let reload: jest.Mock;
let page: EventTarget & { visibilityState: string };
const before = { fetch: globalThis.fetch, document: globalThis.document, window: globalThis.window };

beforeEach(async () => {
  signedIn = 'alice';
  asked = [];
  reload = jest.fn();
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const window = Object.assign(new EventTarget(), { location: { reload } });
  const fetch = (path: string): Promise<Response> => {
    asked.push(path);
    if (!path.startsWith('/bff/user')) return Promise.resolve(Response.json(BASKET));
    return Promise.resolve(Response.json(signedIn === null ? null : { sub: signedIn }));
  };
  Object.assign(globalThis, { window, document: page, fetch });
  await restoreSession(Promise.resolve());
  watchReturn();
});
afterEach(() => Object.assign(globalThis, before));

async function comeBack(visibilityState = 'visible'): Promise<void> {
  asked = [];
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
  await new Promise((resolve) => setTimeout(resolve, 0));
}

describe('a page that is looked at again', () => {
  it('begins anew when another customer has signed in in this browser meanwhile', async () => {
    signedIn = 'bob';
    await comeBack();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('shows no account any more when the customer has left in another tab', async () => {
    signedIn = null;
    await comeBack();
    expect(currentSession()).toEqual({ state: 'ended' });
    expect(reload).not.toHaveBeenCalled();
  });

  it('stays as it is for the same customer, whose session is not prolonged by that', async () => {
    await comeBack();
    expect(asked).toEqual(['/bff/user?anonymous=true&slide=false']);
    expect([currentSession(), reload.mock.calls]).toEqual([{ state: 'customer', user: { sub: 'alice' } }, []]);
  });

  it('asks nothing while it is hidden', async () => {
    signedIn = 'bob';
    await comeBack('hidden');
    expect([asked, reload.mock.calls]).toEqual([[], []]);
  });
});
