import { z } from 'zod';

/** A parsed cursor: the sort keys of the last row that was sent. */
export type CursorKeys = readonly (string | number)[];

/** Makes the opaque cursor of a row: base64url of its sort keys. */
export function encodeCursor(keys: CursorKeys): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/**
 * A query parameter that holds a cursor.
 *
 * @param keys what the cursor must hold; anything else is a 400 that names the field
 */
export function cursorOf<T extends z.ZodType<CursorKeys>>(keys: T) {
  return z.string().transform((text, context): z.output<T> => {
    const result = keys.safeParse(parseCursor(text));
    if (result.success) return result.data;
    context.addIssue({ code: 'custom', message: 'is not a cursor of this list' });
    return z.NEVER;
  });
}

function parseCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The query parameter `limit`: 1 to 100. @param standard the value when it is not given */
export const limitOf = (standard: number) => z.coerce.number().int().min(1).max(100).default(standard);

/** The query parameter `ids`: 1 to 100 of them with commas between; repeated ones count once. */
export const idsParameter = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((id) => id.trim()))].filter((id) => id !== ''))
  .pipe(z.array(z.string().max(100)).min(1, 'holds no id').max(100, 'holds more than 100 ids'));

/** Schema of a list answer. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('cursor of the next page') });

/** A page of a list. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/**
 * Makes a page out of the rows of a query that asked for one row more than the page holds.
 *
 * @param rows at most `limit + 1` rows, in order
 * @param limit how many a page holds
 * @param keysOf the sort keys of a row, which the next page starts after
 */
export function pageOf<T>(rows: readonly T[], limit: number, keysOf: (row: T) => CursorKeys): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(keysOf(last)) : null };
}
