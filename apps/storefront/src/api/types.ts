/** An amount in minor units (cents) of an ISO 4217 currency. */
export type Money = { amount: number; currency: string };

/** One page of a list; `next` is the cursor of the page after it, null at the end. */
export type List<T> = { items: T[]; next?: string | null };

/** A shelf of the shop and how many products stand on it. */
export type Category = { id: string; name: string; count: number };

/** A product as lists show it. */
export type ProductSummary = {
  id: string;
  name: string;
  category: { id: string; name: string };
  price: Money;
  image: { path: string; alt: string };
  createdAt: string;
};

/** One form in which a product is sold, with its own price. */
export type Variant = { id: string; name: string; price: Money };

/** A product with everything its own page tells. */
export type Product = ProductSummary & {
  description: string;
  sku: string;
  variants: Variant[];
  attributes: Record<string, string | number | boolean>;
};

/** Pieces of one product, in all and by warehouse. */
export type Stock = {
  productId: string;
  available: number;
  warehouses: { id: string; name: string; available: number }[];
};

/** Count, average (0 without reviews) and how many reviews gave 1 to 5 stars. */
export type RatingSummary = {
  productId: string;
  count: number;
  average: number;
  histogram: Record<string, number>;
};

/** What one buyer wrote about one product; `rating` is 1 to 5. */
export type Review = {
  id: string;
  productId: string;
  author: string;
  rating: number;
  title: string;
  text: string;
  createdAt: string;
};

/** Pieces and price of a whole basket or order. */
export type Totals = { pieces: number; amount: number; currency: string };

/** One product (in one variant) within a basket or an order. */
export type Line = {
  id?: string;
  productId: string;
  variantId: string | null;
  name: string;
  quantity: number;
  unitPrice: Money;
  total: Money;
};

/** A line of a basket, which can be changed by its id. */
export type BasketLine = Line & { id: string };

/** A guest's basket; whoever knows its unguessable id owns it. */
export type Basket = { id: string; lines: BasketLine[]; totals: Totals; updatedAt: string; expiresAt: string };

/** Where an order goes; `country` is an ISO 3166-1 alpha-2 code. */
export type Address = { street: string; city: string; postalCode: string; country: string };

/** A placed order and what became of it. */
export type Order = {
  id: string;
  state: string;
  lines: Line[];
  totals: Totals;
  customer: { name: string; email: string };
  address: Address;
  createdAt: string;
  history: { state: string; at: string }[];
};
