import ts from 'typescript';
import type { Change, Mutant } from './mutant.ts';

/** Names of calls that give something back: what they leave behind when they are missing shows only after a while. */
const CLEAN_UP =
  /^(clear\w*|off|removeListener|removeAllListeners|delete|destroy|close|cancel|unsubscribe|release|end|finish|dispose|stop|unref)$/;

/** A word that a program compares or writes, in contrast to a sentence that a person reads. */
const WORD = /^\S{2,}$/;

interface Replacement {
  readonly change: Change;
  readonly node: ts.Node;
  readonly replacement: string;
  /** Where the replaced text ends when that is not where the node does. */
  readonly end?: number;
}

/**
 * Every mutant of a source: each condition negated, each call of a statement removed, each constant changed, each entry of a list of
 * constants dropped.
 *
 * @param file path from the repository's root
 */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (isWithoutBehaviour(node)) return;
    for (const { change, node: replaced, replacement, end = replaced.getEnd() } of replacementsOf(node, source)) {
      const start = replaced.getStart(source);
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const original = text.slice(start, end).replaceAll(/\s+/g, ' ');
      mutants.push({ file, change, line, start, end, replacement, original });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

/** Types, imports and decorators: a changed one does not run, or not differently. */
function isWithoutBehaviour(node: ts.Node): boolean {
  return ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isDecorator(node);
}

function replacementsOf(node: ts.Node, source: ts.SourceFile): Replacement[] {
  return [...negated(node, source), ...removed(node), ...changed(node, source), ...dropped(node, source)];
}

function negated(node: ts.Node, source: ts.SourceFile): Replacement[] {
  const condition = conditionOf(node);
  if (condition === undefined) return [];
  return [{ change: 'negate condition', node: condition, replacement: `!(${condition.getText(source)})` }];
}

function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  return undefined;
}

function removed(node: ts.Node): Replacement[] {
  if (!ts.isExpressionStatement(node)) return [];
  const called = ts.isAwaitExpression(node.expression) ? node.expression.expression : node.expression;
  if (!ts.isCallExpression(called) || called.expression.kind === ts.SyntaxKind.SuperKeyword) return [];
  const change = CLEAN_UP.test(nameOf(called.expression)) ? 'skip clean-up' : 'remove call';
  return [{ change, node, replacement: ';' }];
}

function nameOf(called: ts.Expression): string {
  if (ts.isPropertyAccessExpression(called)) return called.name.text;
  return ts.isIdentifier(called) ? called.text : '';
}

function changed(node: ts.Node, source: ts.SourceFile): Replacement[] {
  if (ts.isNumericLiteral(node) && isValue(node)) {
    return [{ change: 'change constant', node, replacement: `(${node.getText(source)} + 1)` }];
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ change: 'change constant', node, replacement: 'false' }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ change: 'change constant', node, replacement: 'true' }];
  if (ts.isStringLiteral(node) && WORD.test(node.text) && isValue(node)) {
    return [{ change: 'change constant', node, replacement: `'${`mutated ${node.text}`.replaceAll(/['\\]/g, '')}'` }];
  }
  return [];
}

/** Whether a literal is a value, not a property's name. */
function isValue(node: ts.Node): boolean {
  const { parent } = node;
  return !('name' in parent && parent.name === node);
}

function dropped(node: ts.Node, source: ts.SourceFile): Replacement[] {
  if (!ts.isArrayLiteralExpression(node) || node.elements.length < 2 || !node.elements.every(isConstant)) return [];
  return node.elements.map((entry, index) => {
    const next = node.elements[index + 1];
    const end = next === undefined ? entry.getEnd() : next.getStart(source);
    return { change: 'drop entry', node: entry, replacement: '', end };
  });
}

function isConstant(node: ts.Node): boolean {
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isConstant);
  if (ts.isObjectLiteralExpression(node)) return true;
  return ts.isStringLiteral(node) || ts.isNumericLiteral(node) || ts.isRegularExpressionLiteral(node);
}
