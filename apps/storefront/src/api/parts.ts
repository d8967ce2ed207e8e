/** What happened to each part of a page, by part name: `ok`, or the reason why it is missing. */
export type Parts = ReadonlyMap<string, string>;

/** Reads the header `x-portico-parts: product;ok, stock;timeout`; a part that the header leaves out counts as whole. */
export function readParts(header: string | null): Parts {
  const parts = new Map<string, string>();
  for (const member of (header ?? '').split(',')) {
    const [name, outcome] = member.split(';', 2).map((piece) => piece.trim());
    if (name) parts.set(name, outcome || 'ok');
  }
  return parts;
}

/** Whether the BFF had to answer without this part. */
export function isMissing(parts: Parts, name: string): boolean {
  return (parts.get(name) ?? 'ok') !== 'ok';
}
