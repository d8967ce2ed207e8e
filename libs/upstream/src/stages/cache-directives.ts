/** Whether a Cache-Control field (RFC 9111 5.2), one of several perhaps, has a directive that `pattern` finds. */
export function hasCacheDirective(headers: readonly string[], pattern: RegExp): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === 'cache-control' && pattern.test(headers[i + 1]!)) return true;
  }
  return false;
}

/** A pattern that finds any of some directives, with or without a value; in a quoted value too, for too strict is safe. */
export function directivePattern(...names: readonly string[]): RegExp {
  return new RegExp(`(?<![\\w-])(?:${names.join('|')})(?![\\w-])`, 'i');
}
