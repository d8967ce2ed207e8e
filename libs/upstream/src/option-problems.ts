import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with an option, one phrase for each problem, with the path to it. Of a setting that has several forms, as
 * `false` or an object, the one that was meant is spoken of.
 */
export function problemsOf(issue: Issue, path: readonly PropertyKey[] = []): readonly string[] {
  const place = [...path, ...issue.path];
  if (issue.code !== 'invalid_union') return [textOf(place, issue.message)];
  const meant = meantForm(issue.errors);
  if (meant) return meant.flatMap((inner) => problemsOf(inner, place));
  const forms = issue.errors.map((form) => form.flatMap((inner) => problemsOf(inner)).join(', '));
  return [textOf(place, [...new Set(forms)].join(', or '))];
}

/** The form with the fewest problems among those that the value has the type of; undefined when that does not tell. */
function meantForm(forms: readonly Issue[][]): readonly Issue[] | undefined {
  const fitting = forms.filter((form) => !form.some(isOfWhole)).sort((one, other) => one.length - other.length);
  const [first, second] = fitting;
  return first && first.length !== second?.length ? first : undefined;
}

function isOfWhole({ path, code }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

function textOf(place: readonly PropertyKey[], message: string): string {
  return [...place.map(String), message.replace(/^Invalid (?:input|option): /, '')].join(': ');
}
