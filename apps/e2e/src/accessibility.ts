import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Violation = { id: string; impact: string | null; help: string; nodes: { html: string; failureSummary: string }[] };

/** What axe-core finds serious or critical on the page as it stands, one text each; empty when nothing is. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's Content-Security-Policy does not bind.
  await page.evaluate(axe.source);
  const violations = await page.evaluate<Violation[]>('axe.run(document).then((result) => result.violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')}`,
    );
}
