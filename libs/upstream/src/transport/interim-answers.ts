const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;
const ONE = 0x31;
const TWO = 0x32;

/** Where in `HTTP/1.1 100` the minor version and the three digits of the status are. */
const MINOR = 7;
const FIRST_DIGIT = 9;
const LAST_DIGIT = 11;

/** What the next byte of a connection belongs to. */
const STATUS_LINE = 0;
const INTERIM_HEAD = 1;
const PASSED = 2;

/**
 * Makes an unasked 100 (RFC 9110 15.2.1) an interim answer like any other: undici closes a connection on which one comes,
 * but skips 102. Looks at the bytes of a connection before undici's parser does, and only until the final answer has begun;
 * each piece is changed in place, so that none is held back however the bytes are cut. The parser still judges every byte.
 */
export class InterimAnswers {
  /** Whether the last status line said HTTP/1.0, which undici does not tell. */
  isHttp10 = false;

  private state = PASSED;
  /** Bytes of the status line so far. */
  private index = 0;
  private isEmptyLine = false;

  /** A request is sent: what comes next is a status line. */
  expect(): void {
    this.state = STATUS_LINE;
    this.index = 0;
  }

  /** Reads the next bytes of the connection, and makes every 100 among them a 102. */
  read(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && this.state !== PASSED; at++) {
      if (this.state === STATUS_LINE) this.readStatus(bytes, at);
      else this.skipHead(bytes[at]!);
    }
  }

  private readStatus(bytes: Uint8Array, at: number): void {
    const byte = bytes[at]!;
    // Empty lines before a status line are skipped by the parser too (RFC 9112 2.2).
    if (this.index === 0 && (byte === CR || byte === LF)) return;
    const index = this.index++;
    if (index === MINOR) this.isHttp10 = byte === ZERO;
    else if (index === FIRST_DIGIT && byte !== ONE) this.state = PASSED;
    else if (index > FIRST_DIGIT) this.readDigit(bytes, at, index);
  }

  private readDigit(bytes: Uint8Array, at: number, index: number): void {
    if (bytes[at] === ZERO) {
      if (index < LAST_DIGIT) return;
      bytes[at] = TWO;
    }
    this.state = INTERIM_HEAD;
    this.isEmptyLine = false;
  }

  private skipHead(byte: number): void {
    if (byte === LF) {
      if (this.isEmptyLine) this.expect();
      else this.isEmptyLine = true;
    } else if (byte !== CR) this.isEmptyLine = false;
  }
}
