const HIDDEN = '[redacted]';

/** What a secret looks like in a sentence, and what stands in its place. Repetitions are bounded: whoever wrote the text decides its length. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]{0,10000}?(?:-----END [A-Z ]{0,40}-----|$)/g, HIDDEN],
  // Everything behind the name of such a field: a cookie may hold several values.
  [/\b((?:set-)?cookie2?|(?:proxy-)?authorization)(["']?\s{0,4}[:=])[^\r\n]{1,8000}/gi, `$1$2 ${HIDDEN}`],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]{1,2000}@/gi, `$1${HIDDEN}@`],
  [/(\/[^\s?"'<>]{0,2000}\?)[^\s"'<>]{1,8000}/g, `$1${HIDDEN}`],
  [/\b(bearer|basic|dpop)\s{1,4}(?!(?:token|auth|scheme|realm|proof)\w*\b)[\w.~+/=-]{1,8000}/gi, `$1 ${HIDDEN}`],
  [/\beyJ[\w-]{5,8000}(?:\.[\w-]{0,8000}){1,4}/g, HIDDEN],
  [
    /\b([\w-]{0,40}(?:token|secret|password|passwd|pwd|api[-_]?key|assertion|verifier))(["']?\s{0,4}[:=]\s{0,4})(?:"[^"]{0,8000}"?|'[^']{0,8000}'?|[^\s&,;"']{1,8000})/gi,
    `$1$2${HIDDEN}`,
  ],
  // These names mean something else as well, such as `code: 'ECONNREFUSED'`, but not so in a form or a query.
  [/\b(code|state|nonce|sig|signature|sid|key|session)=[^\s&,;"')]{1,8000}/gi, `$1=${HIDDEN}`],
  // Longer than an identifier of a trace or a UUID.
  [/(?<![\w/.-])(?=[\w+=-]{0,200}\d)(?=[\w+=-]{0,200}[a-z])[\w+=-]{40,8000}/gi, HIDDEN],
];

/**
 * A text for the log without what looks like a secret: user and password in addresses, everything behind the `?` of an
 * address, bearer and other tokens, cookies, private keys, the values of fields such as `client_secret=`, and long words that no
 * person would read. It costs microseconds and is meant for failures.
 */
export function hideSecrets(text: string): string {
  let hidden = text;
  for (const [pattern, replacement] of PATTERNS) hidden = hidden.replace(pattern, replacement);
  return hidden;
}
