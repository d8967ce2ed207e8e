const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Header fields of the landing page: no script, no frame, no copy, and nobody hears of the address with the code in it. */
export const LANDING_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;

/**
 * The page for a browser that comes from another site, from the provider after a login above all. The cookie of a session,
 * SameSite=Strict, does not travel with a redirect from here; a page of the own site that goes on by itself is a hop that it
 * travels with.
 *
 * @param path where to go on: a path of this BFF, see `isLocalPath`
 */
export function landingPage(path: string): string {
  const target = escapeHtml(path);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="refresh" content="0;url=${target}">`,
    '<title>One moment</title>',
    '</head>',
    `<body><p><a href="${target}">Continue</a></p></body>`,
    '</html>',
    '',
  ].join('\n');
}
