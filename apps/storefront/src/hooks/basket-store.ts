import { useSyncExternalStore } from 'react';
import { addLine, changeLine, createBasket, type NewLine, removeLine } from '../api/basket.ts';
import { ApiError } from '../api/http.ts';
import { loadBasket } from '../api/pages.ts';
import type { Basket } from '../api/types.ts';

const STORAGE_KEY = 'hearth-heath.basket';
const listeners = new Set<() => void>();
let basket: Basket | null = null;

function show(next: Basket | null): void {
  basket = next;
  for (const listener of listeners) listener();
}

/** The id of this browser's basket; null when it has none, or when the browser keeps nothing for us. */
export function basketId(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return basket?.id ?? null;
  }
}

function keepId(id: string | null): void {
  try {
    if (id === null) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, id);
  } catch {
    // Without storage the basket lives as long as the page.
  }
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

/** Takes over a basket that an answer brought. */
export function acceptBasket(next: Basket): void {
  keepId(next.id);
  show(next);
}

/** Forgets the basket: it was bought, or it has expired. */
export function forgetBasket(): void {
  keepId(null);
  show(null);
}

/** Asks for the basket of an earlier visit; errors are left to the basket page. */
export async function restoreBasket(): Promise<void> {
  const id = basketId();
  if (!id) return;
  try {
    show((await loadBasket(id)).data.basket);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) forgetBasket();
  }
}

/** Adds pieces, to a new basket when there is none or the old one has expired. */
export async function addToBasket(line: NewLine): Promise<void> {
  const id = basketId();
  try {
    acceptBasket(await addLine(id ?? (await openBasket()), line));
  } catch (error) {
    if (!id || !(error instanceof ApiError) || error.status !== 404) throw error;
    acceptBasket(await addLine(await openBasket(), line));
  }
}

async function openBasket(): Promise<string> {
  const opened = await createBasket();
  acceptBasket(opened);
  return opened.id;
}

/** Sets how many pieces of a line are wanted; 0 takes it out. */
export async function setQuantity(current: Basket, lineId: string, quantity: number): Promise<void> {
  const change = quantity > 0 ? changeLine(current.id, lineId, quantity) : removeLine(current.id, lineId);
  acceptBasket(await change);
}
