import { request } from './http.ts';
import type { Basket } from './types.ts';

const BASKETS = '/api/basket/baskets';
const lines = (basketId: string): string => `${BASKETS}/${encodeURIComponent(basketId)}/lines`;
const line = (basketId: string, lineId: string): string => `${lines(basketId)}/${encodeURIComponent(lineId)}`;

/** Opens an empty basket. */
export async function createBasket(): Promise<Basket> {
  return (await request<Basket>(BASKETS, { method: 'POST' })).data;
}

/** What to put into a basket; without a variant the product itself. */
export type NewLine = { productId: string; variantId?: string; quantity: number };

/** Adds pieces; the same product and variant adds up. */
export async function addLine(basketId: string, newLine: NewLine): Promise<Basket> {
  return (await request<Basket>(lines(basketId), { method: 'POST', body: newLine })).data;
}

/** Sets a line's quantity (1 to 99). */
export async function changeLine(basketId: string, lineId: string, quantity: number): Promise<Basket> {
  return (await request<Basket>(line(basketId, lineId), { method: 'PATCH', body: { quantity } })).data;
}

/** Takes a line out. */
export async function removeLine(basketId: string, lineId: string): Promise<Basket> {
  return (await request<Basket>(line(basketId, lineId), { method: 'DELETE' })).data;
}
