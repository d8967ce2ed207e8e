/** Fields that `Vary` values name (RFC 9110 12.5.5), each once; `*` when one of them says so. Undefined when none says anything. */
export function unionOfVary(values: ReadonlyArray<{ readonly vary: string | undefined }>): string | undefined {
  let fields: Set<string> | undefined;
  for (const { vary } of values) {
    if (vary === undefined) continue;
    fields ??= new Set();
    for (const field of vary.split(',')) if (field.trim() !== '') fields.add(field.trim().toLowerCase());
  }
  if (fields === undefined || fields.size === 0) return undefined;
  return fields.has('*') ? '*' : [...fields].join(', ');
}
