/** What may stand around a word and is no part of it; of two colons one is (`fd00::`). */
const EDGES = /^[("'[]+|[)"'\],;!?]*[.:]?$/g;
/** Addresses, names with dots, ports, paths and what is written like one. */
const ADDRESS = /[.:/@\\]/;
/** Codes of Node's system errors, after which a name stands: `getaddrinfo ENOTFOUND consul`. */
const CODE = /^E[A-Z_]{3,}$/;

/**
 * A sentence of the log for readers who may learn no address: each word that could be a part of one is replaced by `…`. It rather takes out
 * too much than too little.
 */
export function withoutAddresses(sentence: string): string {
  let isAfterCode = false;
  return sentence
    .split(' ')
    .map((word) => {
      const bare = word.replace(EDGES, '');
      const isHidden = ADDRESS.test(bare) || (isAfterCode && bare !== '');
      isAfterCode = CODE.test(bare);
      return isHidden ? '…' : word;
    })
    .join(' ');
}
