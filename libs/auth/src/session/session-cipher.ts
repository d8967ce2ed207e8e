import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_TEXT = /^[A-Za-z0-9_-]{43}$/;

/** What is wrong with a key of the setting `SESSION_KEYS`; undefined when it is 32 bytes in base64url. */
export function sessionKeyProblem(text: string): string | undefined {
  if (KEY_TEXT.test(text)) return undefined;
  return 'a key must be 32 random bytes in base64url (43 characters): node -p "crypto.randomBytes(32).toString(\'base64url\')"';
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Encrypts what leaves the process: sessions in the store, login attempts in cookies. AES-256-GCM with a random nonce;
 * each text is bound to its context (the key of its record, the name of its cookie), so that it is worth nothing elsewhere.
 * Every replica needs the same keys. To change them: add a new one at the
 * end on all replicas, then put it in front, then drop the old one when no session is older.
 */
export class SessionCipher {
  private readonly first: Key;
  private readonly keys = new Map<string, Key>();

  /**
   * @param keys in base64url; the first one encrypts, all of them decrypt
   * @throws TypeError when there is none, or one is not 32 bytes
   */
  constructor(keys: readonly string[]) {
    for (const text of keys) {
      const problem = sessionKeyProblem(text);
      if (problem) throw new TypeError(problem);
      const bytes = Buffer.from(text, 'base64url');
      const key = { id: hash('sha256', bytes, 'hex').slice(0, 8), bytes };
      if (!this.keys.has(key.id)) this.keys.set(key.id, key);
    }
    const [first] = this.keys.values();
    if (!first) throw new TypeError('a cipher needs a key');
    this.first = first;
  }

  /** A cipher with a key of its own, for a process that shares nothing and keeps nothing. */
  static random(): SessionCipher {
    return new SessionCipher([randomBytes(KEY_BYTES).toString('base64url')]);
  }

  /** @param context where the result belongs; `open` needs the same one */
  seal(text: string, context: string): string {
    const { id, bytes } = this.first;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', bytes, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(`${VERSION}.${id}.${context}`));
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}.${id}.${sealed.toString('base64url')}`;
  }

  /** The text; undefined for whatever was not sealed in this context with one of the keys. */
  open(sealed: string, context: string): string | undefined {
    const [version, id = '', body = '', ...rest] = sealed.split('.');
    const key = this.keys.get(id);
    if (version !== VERSION || !key || rest.length > 0) return undefined;
    const bytes = Buffer.from(body, 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(`${VERSION}.${id}.${context}`));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const opened = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return Buffer.concat([opened, decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
