/**
 * A hash of a string, 32 bits: FNV-1a over UTF-16 code units with the final mix of MurmurHash3, without which strings that
 * differ in their end only fall close together. Not for security.
 */
export function hashString(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
