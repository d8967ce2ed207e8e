import { useSyncExternalStore } from 'react';
import { onReach } from '../api/http.ts';

const listeners = new Set<() => void>();
let offline = false;

function show(next: boolean): void {
  if (next === offline) return;
  offline = next;
  for (const listener of listeners) listener();
}

/**
 * Tells whether the shop cannot be reached for want of a network. The word of the browser is not enough: behind a VPN, in a virtual machine
 * or with the shop on the same machine it says "offline" while every call is answered.
 */
export const isOffline = (): boolean => offline;

/** As `isOffline`, for components. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => !offline,
  );
}

/** Begins to look: at every call, and at what the browser says, which is tried out. @param probe any call of the shop */
export function watchNetwork(probe: () => Promise<unknown>): void {
  onReach((reached) => show(!reached && !navigator.onLine));
  window.addEventListener('online', () => show(false));
  // Its outcome comes by `onReach`.
  window.addEventListener('offline', () => void probe().catch(() => undefined));
}
