import { hash, randomBytes } from 'node:crypto';

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of a session's secret: 256 bits in base64url. */
export function isSessionSecret(text: string): boolean {
  return text.length === 43 && SECRET.test(text);
}

/** A new secret, handle or token: random bytes in base64url. */
export function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** SHA-256 in base64url. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
