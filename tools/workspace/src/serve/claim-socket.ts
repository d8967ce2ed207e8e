import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How often in milliseconds a lock is looked at, and from which age on nobody can hold it any more. */
const POLL = 20;
const STALE = 10_000;

/**
 * Listens on a socket unless somebody does. A socket that a killed process left behind is taken away; that and the
 * listening happen under a lock, since a second one that starts at the same moment would take away the first one's.
 *
 * @param path of the socket; its folder is made for this user alone
 */
export async function claimSocket(path: string, listen: () => Promise<void>): Promise<void> {
  // Pipes of Windows are gone with their process.
  if (process.platform === 'win32') return listen();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = `${path}.lock`;
  while (!isTaken(lock)) await wait(POLL);
  try {
    if (await isHeard(path)) return;
    rmSync(path, { force: true });
    await listen();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isTaken(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx'));
    return true;
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE) rmSync(lock, { force: true });
    return false;
  }
}

function isHeard(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
