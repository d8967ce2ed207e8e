import type { Check } from '../repository.ts';

const SOURCE = 'libs/core/src/bff-error.ts';
const PAGE = 'docs/errors.md';

/** Every error code of the gateway has a row in the page that explains them, and every row has its code. */
export const errorCodesAreDocumented: Check = (repository) => {
  const codes = errorCodes(repository.read(SOURCE));
  const rows = documentedCodes(repository.read(PAGE));
  const missing = codes.filter((code) => !rows.includes(code));
  const unknown = rows.filter((row) => !codes.includes(row));
  return [
    ...(codes.length === 0 ? [`${SOURCE}: no BffErrorCode found; mend tools/workspace/src/checks/error-codes.ts`] : []),
    ...missing.map((code) => `${PAGE}: has no row for \`${code}\`; add one, the code in backticks in the first column`),
    ...unknown.map((row) => `${PAGE}: explains \`${row}\`, which is no BffErrorCode; remove the row`),
  ];
};

function errorCodes(source: string): string[] {
  const union = /type BffErrorCode =([^;]*);/.exec(source)?.[1] ?? '';
  const code = union.replaceAll(/\/\/.*$/gm, '');
  return [...code.matchAll(/'([a-z-]+)'/g)].map((match) => match[1]!);
}

function documentedCodes(page: string): string[] {
  return [...page.matchAll(/^\|\s*`([a-z-]+)`\s*\|/gm)].map((match) => match[1]!);
}
