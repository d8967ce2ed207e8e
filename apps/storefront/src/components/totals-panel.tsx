import type { ReactNode } from 'react';
import type { Line, Totals } from '../api/types.ts';
import { countOf, formatMoney } from '../format/format.ts';

type TotalsProps = { totals: Totals; lines?: Line[]; children?: ReactNode };

/** What a basket or an order comes to, line by line where the lines are not shown beside it; `children` is what can be done next. */
export function TotalsPanel({ totals, lines = [], children }: TotalsProps) {
  return (
    <aside className="totals" aria-label="Total">
      {lines.length > 0 && (
        <ul className="totals-lines">
          {lines.map((line) => (
            <li key={line.id}>
              <span>
                {line.quantity} × {line.name}
              </span>
              <span>{formatMoney(line.total)}</span>
            </li>
          ))}
        </ul>
      )}
      <dl>
        <div>
          <dt>{countOf(totals.pieces, 'piece')}</dt>
          <dd>{formatMoney(totals)}</dd>
        </div>
        <div>
          <dt>Delivery</dt>
          <dd>Free</dd>
        </div>
        <div className="totals-sum">
          <dt>Total</dt>
          <dd>{formatMoney(totals)}</dd>
        </div>
      </dl>
      {children}
    </aside>
  );
}
