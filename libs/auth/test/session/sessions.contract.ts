import { describeSessionLives } from './session-lives.contract.ts';
import { describeSessionSecrecy } from './session-secrecy.contract.ts';
import type { OpenWorld } from './store-world.ts';
import { describeTokenRenewal } from './token-renewal.contract.ts';

/** What the sessions of a BFF have to do over every kind of store. */
export function describeSessions(kind: string, openWorld: OpenWorld): void {
  describe(`Sessions over ${kind}`, () => {
    describeSessionLives(openWorld);
    describeTokenRenewal(openWorld);
    describeSessionSecrecy(openWorld);
  });
}
