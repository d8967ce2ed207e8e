import { describeKeptSessions } from './kept-sessions.contract.ts';
import { describeReplacedContents } from './replaced-contents.contract.ts';
import { describeSessionsOfOwner } from './sessions-of-owner.contract.ts';
import { describeSingleUse } from './single-use.contract.ts';
import type { OpenWorld } from './store-world.ts';

/** What every kind of store has to do; the services above it rely on nothing else. */
export function describeSessionStore(kind: string, openWorld: OpenWorld): void {
  describe(`SessionStore in ${kind}`, () => {
    describeKeptSessions(openWorld);
    describeReplacedContents(openWorld);
    describeSessionsOfOwner(openWorld);
    describeSingleUse(openWorld);
  });
}
