/**
 * `node --import .../leave-with-parent.mjs x.ts` in a process that was started with an IPC channel: it ends when its
 * parent is gone, whatever ended that one, so that nothing keeps a port that nobody can find any more.
 */
import process from 'node:process';

/** How long in milliseconds it may finish what is under way. */
const GRACE = 3_000;

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE).unref();
});
process.channel?.unref();
