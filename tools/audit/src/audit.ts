import { type Accepted, judge } from './accepted.ts';
import { auditTable } from './audit-table.ts';
import type { BffDescription } from './operation.ts';
import { violationsOf } from './rules.ts';

/** What `nx audit` prints, and whether all is well. */
export interface AuditResult {
  readonly text: string;
  readonly isClean: boolean;
}

/** The table of a BFF, and what is wrong with it. */
export function audit(bff: BffDescription, accepted: readonly Accepted[]): AuditResult {
  const { violations, stale } = judge(violationsOf(bff), accepted);
  const lines = [
    ...violations.map(({ rule, operation, message }) => `${rule} ${operation}: ${message}`),
    ...stale.map(({ rule, operation }) => `audit.json: ${rule} ${operation} breaks that rule no more: take it out`),
  ];
  const isClean = lines.length === 0;
  const verdict = isClean
    ? `No rule is broken; ${accepted.length} exceptions are declared in apps/${bff.name}/audit.json.`
    : `${lines.join('\n')}\n\ndocs/audit-rules.md explains each rule, and how an exception is declared.`;
  return { text: `${auditTable(bff)}\n\n${verdict}`, isClean };
}
