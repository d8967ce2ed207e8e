import type { ReactNode } from 'react';

/** A table that scrolls by itself where the window is too narrow for it; `name` says what it holds. */
export function Table({ name, columns, children }: { name: string; columns: readonly string[]; children: ReactNode }) {
  return (
    <div className="table" role="region" aria-label={name} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
