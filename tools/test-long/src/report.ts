import { execFileSync } from 'node:child_process';
import { cpus, release, type } from 'node:os';
import type { Outcome, Suite } from './suite.ts';

/** A suite and what it found. */
export interface Finding {
  readonly name: string;
  readonly suite: Suite;
  readonly outcome: Outcome;
}

/**
 * The results page of one line of Node: commit, day, machine and the figures of each suite.
 *
 * @param commit what was tested, see `currentCommit`
 */
export function pageOf(findings: readonly Finding[], commit: string): string {
  const cores = cpus();
  const machine = `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, ${type()} ${release()}`;
  return [
    `# Long tests on Node ${process.versions.node}`,
    '',
    `Written by \`npm run test:long\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit}: ${machine}.`,
    '[Long tests](README.md) describes the suites and how to run them.',
    ...findings.flatMap(sectionOf),
    '',
  ].join('\n');
}

function sectionOf({ suite, outcome }: Finding): string[] {
  return ['', `## ${suite.title}`, '', suite.about, '', ...tableOf(outcome), '', ...verdictOf(outcome)];
}

/** The figures as a Markdown table. */
export function tableOf({ columns, rows }: Outcome): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}

/** The failures as a list, or one word. */
export function verdictOf({ failures }: Outcome): string[] {
  return failures.length === 0 ? ['Passed.'] : failures.map((failure) => `- **Failed:** ${failure}`);
}

/** The short id of the commit that is checked out, marked when what is tested differs from it. */
export function currentCommit(): string {
  const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--', 'apps', 'libs', 'tools', 'package-lock.json') !== '';
  return git('rev-parse', '--short=12', 'HEAD') + (isChanged ? ' with changes' : '');
}
