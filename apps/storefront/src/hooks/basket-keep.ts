/** Which basket this browser holds, and the customer whose it is; null for a guest's. */
export type KeptBasket = { id: string; owner: string | null };

const STORAGE_KEY = 'hearth-heath.basket';
const OWNER_KEY = 'hearth-heath.basket-of';

/** Where no storage is, the basket lives as long as the page. */
let unstored: KeptBasket | null = null;

/** The basket kept from now or an earlier visit; null when there is none. */
export function keptBasket(): KeptBasket | null {
  try {
    const id = localStorage.getItem(STORAGE_KEY);
    return id === null ? null : { id, owner: localStorage.getItem(OWNER_KEY) };
  } catch {
    return unstored;
  }
}

/** Keeps a basket for later visits, or forgets the one that was kept. */
export function keepBasket(basket: KeptBasket | null): void {
  unstored = basket;
  try {
    put(STORAGE_KEY, basket?.id ?? null);
    put(OWNER_KEY, basket?.owner ?? null);
  } catch {
    // It is kept in `unstored`.
  }
}

function put(key: string, value: string | null): void {
  if (value === null) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
}
