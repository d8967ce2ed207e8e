import { useSyncExternalStore } from 'react';
import { accountBasket, adoptBasket } from '../api/account.ts';
import { addLine, changeLine, createBasket, type NewLine, removeLine } from '../api/basket.ts';
import { ApiError } from '../api/http.ts';
import { loadBasket } from '../api/pages.ts';
import type { Basket } from '../api/types.ts';
import { keepBasket, keptBasket } from './basket-keep.ts';

const listeners = new Set<() => void>();
let basket: Basket | null = null;
/** The customer who is signed in; null for a guest, and before that is known. */
let customer: string | null = null;

function show(next: Basket | null): void {
  basket = next;
  for (const listener of listeners) listener();
}

/** The id of this browser's basket; null when it has none. */
export function basketId(): string | null {
  return keptBasket()?.id ?? null;
}

/** The basket as last heard of; null before the first answer and when there is none. */
export function useBasket(): Basket | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => basket,
  );
}

/** Takes over a basket that an answer brought, unless another one has taken its place meanwhile. */
export function refreshBasket(next: Basket): void {
  if (next.id === basketId()) show(next);
}

function acceptBasket(next: Basket): void {
  keepBasket({ id: next.id, owner: customer });
  show(next);
}

/** Forgets the basket: it was bought, or it has expired. @param id of the one to forget, if it is still the one kept */
export function forgetBasket(id: string): void {
  if (id !== basketId()) return;
  keepBasket(null);
  show(null);
}

/** Asks for a guest's basket of an earlier visit; a customer's waits for the session. Errors are left to the basket page. */
export async function restoreBasket(): Promise<void> {
  const { id, owner } = keptBasket() ?? {};
  if (!id || owner) return;
  try {
    refreshBasket((await loadBasket(id)).data.basket);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) forgetBasket(id);
  }
}

/**
 * Gives a customer who is signed in their own basket, with what they put into this browser's as a guest. When nobody is signed in, a
 * customer's basket is not shown any longer; it waits for them on the server. Throws ApiError when their basket cannot be had.
 */
export async function settleBasket(sub: string | null): Promise<void> {
  customer = sub;
  const kept = keptBasket();
  if (sub === null) {
    if (kept?.owner) forgetBasket(kept.id);
    return;
  }
  acceptBasket(kept && kept.owner === null ? await adoptBasket(kept.id) : await accountBasket());
}

/** Adds pieces, to a new basket when there is none or the old one has expired. */
export async function addToBasket(line: NewLine): Promise<void> {
  const id = basketId();
  try {
    refreshBasket(await addLine(id ?? (await openBasket()), line));
  } catch (error) {
    if (!id || !(error instanceof ApiError) || error.status !== 404) throw error;
    refreshBasket(await addLine(await openBasket(), line));
  }
}

async function openBasket(): Promise<string> {
  const opened = customer === null ? await createBasket() : await accountBasket();
  acceptBasket(opened);
  return opened.id;
}

/** Sets how many pieces of a line are wanted; 0 takes it out. */
export async function setQuantity(current: Basket, lineId: string, quantity: number): Promise<void> {
  const change = quantity > 0 ? changeLine(current.id, lineId, quantity) : removeLine(current.id, lineId);
  refreshBasket(await change);
}
