/** Variables that systems, shells, containers and build servers set: whoever meant a setting wrote something else. */
const OF_OTHERS = [
  /^(?:npm|NPM|NODE|NX|CI|GITHUB|GITLAB|RUNNER|DOCKER|LC|XDG|SYSTEMD|SSH|AWS|AZURE|GOOGLE|JAVA)_/,
  /^KUBERNETES_(?:SERVICE|PORT)(?:_|$)/,
  // What Kubernetes and Docker set for each service near by.
  /_SERVICE_(?:HOST|PORT)(?:_[A-Z0-9_]+)?$/,
  /_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)?$/,
];

/** How many letters may be wrong in a name of this length: short names are near too many others. */
function tolerance(length: number): number {
  if (length < 5) return 0;
  if (length < 10) return 1;
  return length < 13 ? 2 : 3;
}

/**
 * Variables of an environment that no setting has for a name, but that are so near one that they are most likely misspelt.
 *
 * @param known the names of all settings
 * @returns each with the nearest name that is not set itself, in the order of the environment
 */
export function misspeltSettings(
  environment: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
): readonly { readonly name: string; readonly meant: string }[] {
  const free = [...known].filter((name) => !environment[name]);
  return Object.keys(environment).flatMap((name) => {
    if (known.has(name) || OF_OTHERS.some((pattern) => pattern.test(name))) return [];
    const meant = nearest(name, free);
    return meant === undefined ? [] : [{ name, meant }];
  });
}

function nearest(name: string, candidates: readonly string[]): string | undefined {
  const written = name.toUpperCase().replaceAll('-', '_');
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const most = tolerance(Math.min(written.length, candidate.length));
    // Hardly anybody misspells the first letter: such a pair is two names, as MARKET_URL and BASKET_URL.
    if (most === 0 || written[0] !== candidate[0] || Math.abs(written.length - candidate.length) > most) continue;
    // In lower case it is another program's variable, unless every letter fits.
    const wrong = distance(written, candidate);
    if (wrong > (name === written ? most : 0) || wrong >= least) continue;
    best = candidate;
    least = wrong;
  }
  return best;
}

/** Letters to insert, remove, replace or swap with their neighbour to get from one word to the other (optimal string alignment). */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = last[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[other.length]!;
}
