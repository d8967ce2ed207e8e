import { randomBytes, scrypt as scryptWithCallback, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const scrypt = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scryptWithCallback);

/** Costs that OWASP names as the least for scrypt with 16 MB. */
const COSTS = { N: 2 ** 14, r: 8, p: 5 };
const LENGTH = 32;

/** A salted scrypt hash, as text. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await scrypt(password.normalize('NFKC'), salt, LENGTH, COSTS);
  return ['scrypt', salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Does the password give the hash? Takes as long for a wrong one as for a right one. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, salt = '', hash = ''] = stored.split('$');
  const expected = Buffer.from(hash, 'base64url');
  const actual = await scrypt(password.normalize('NFKC'), Buffer.from(salt, 'base64url'), LENGTH, COSTS);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** What a password is compared with when there is no such account, so that the answer takes as long. It fits no password. */
export const NO_PASSWORD = `scrypt$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(LENGTH).toString('base64url')}`;
