import { BffError } from '@portico/core';

/** Bounds of `VerificationPlaces`. */
export interface VerificationBounds {
  /** Signatures that are checked at the same time. */
  readonly underWay: number;
  /** Further tokens that wait; as many again that were good before. */
  readonly waiting: number;
  /** As many of them may be of one network. */
  readonly waitingOfNetwork: number;
}

/**
 * One at a time, each begun in a turn of the event loop of its own: so all requests that have come meanwhile are served before the next, and
 * a known caller waits for one check at most. A check takes some 0.2 ms of CPU: whoever waits is done within a tenth of a second.
 */
const BOUNDS: VerificationBounds = { underWay: 1, waiting: 256, waitingOfNetwork: 64 };

/** Networks whose last token was good; beyond that the one that showed none for longest is forgotten. */
const MOST_PROVEN = 10_000;

/** Every so many places one is for a network that has shown no good token: those that have must not keep the rest out. */
const TURN_OF_OTHERS = 4;

/**
 * The refusal of a token that is not checked, for too many of its network are, or of all. One object for all: an error of its own, with
 * its stack, would cost more than the rest of a refusal.
 */
export const TOO_MANY_TOKENS = new BffError('too-many-requests', {
  detail: 'Too many unknown tokens are shown at the same time. Try again later.',
  headers: Object.freeze({ 'retry-after': '1' }),
});

type Waiter = (refusal?: BffError) => void;

/**
 * Places for the checks of tokens that nobody has seen. Networks take turns: whoever makes tokens up waits behind their own. Those
 * whose last token was good have three places of four, and when there is no room the longest line gives way, of equal ones one by lot.
 */
export class VerificationPlaces {
  private underWay = 0;
  /** Tokens that were good before, of all networks. */
  private readonly again: Waiter[] = [];
  /** The others. */
  private waiting = 0;
  /** Places handed on to whoever waited. */
  private handed = 0;
  /** By network, the next one first. */
  private readonly proven = new Map<string, Waiter[]>();
  private readonly others = new Map<string, Waiter[]>();
  private readonly good = new Set<string>();

  constructor(private readonly bounds: VerificationBounds = BOUNDS) {}

  /** Whether one more token of a network would be refused, so that nothing of it need be looked at. */
  isFull(network: string): boolean {
    if (this.underWay < this.bounds.underWay) return false;
    return (this.linesOf(network).get(network)?.length ?? 0) >= this.bounds.waitingOfNetwork;
  }

  /**
   * Takes a place: at once, or once the promise resolves. It must be given back with `leave`.
   *
   * @param wasGood whether the token was good before: then it comes first, and counts for no network
   * @throws BffError `too-many-requests`, as the promise may reject
   */
  enter(network: string, wasGood = false): void | Promise<void> {
    if (this.underWay < this.bounds.underWay) {
      this.underWay++;
      return;
    }
    if (wasGood && this.again.length < this.bounds.waiting) {
      return new Promise((resolve) => this.again.push(() => resolve()));
    }
    if (this.isFull(network)) throw TOO_MANY_TOKENS;
    const lines = this.linesOf(network);
    const length = lines.get(network)?.length ?? 0;
    if (this.waiting >= this.bounds.waiting) this.makeRoom(length, lines === this.proven);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = (refusal) => (refusal ? reject(refusal) : resolve());
      const line = lines.get(network);
      if (line) line.push(waiter);
      else lines.set(network, [waiter]);
      this.waiting++;
    });
  }

  /** Gives a place back. @param wasGood whether the token was */
  leave(network: string, wasGood: boolean): void {
    if (wasGood) this.remember(network);
    else this.forget(network);
    if (this.waiting + this.again.length === 0) this.underWay--;
    // Requests that have come meanwhile have their turn first.
    else setImmediate(() => this.hand());
  }

  private hand(): void {
    const before = this.again.shift();
    if (before) return before();
    this.handed = (this.handed + 1) % TURN_OF_OTHERS;
    const [first, second] = this.handed === 0 ? [this.others, this.proven] : [this.proven, this.others];
    const next = this.next(first) ?? this.next(second);
    if (next) next();
    else this.underWay--;
  }

  private linesOf(network: string): Map<string, Waiter[]> {
    return this.good.has(network) ? this.proven : this.others;
  }

  private next(lines: Map<string, Waiter[]>): Waiter | undefined {
    for (const [network, line] of lines) {
      const waiter = line.shift();
      // Its further ones wait for its next turn.
      lines.delete(network);
      if (line.length > 0) lines.set(network, line);
      this.waiting--;
      return waiter;
    }
    return undefined;
  }

  /**
   * Refuses the newest of the longest line for a newcomer whose own line would be shorter still. Networks without a good token give
   * way to the others down to their share, and have as much of the others.
   */
  private makeRoom(length: number, isProven: boolean): void {
    const share = this.bounds.waiting / TURN_OF_OTHERS;
    const others = longestOf(this.others);
    if (others.length > length + 1 || (isProven && others.held > share))
      return this.refuseNewest(this.others, others.network);
    const proven = longestOf(this.proven);
    if (proven.length > length + 1 && (isProven || others.held < share))
      return this.refuseNewest(this.proven, proven.network);
    this.drawLots(length, isProven);
  }

  /** Nobody has more than the newcomer would have: who came first must not keep the rest out by having many networks. */
  private drawLots(length: number, isProven: boolean): void {
    const lines = isProven ? this.proven : this.others;
    const equals = [...lines].filter(([, line]) => line.length === length + 1);
    const drawn = equals[Math.floor(Math.random() * (equals.length + 1))];
    if (!drawn) throw TOO_MANY_TOKENS;
    this.refuseNewest(lines, drawn[0]);
  }

  private refuseNewest(lines: Map<string, Waiter[]>, network: string): void {
    const line = lines.get(network)!;
    line.pop()!(TOO_MANY_TOKENS);
    if (line.length === 0) lines.delete(network);
    this.waiting--;
  }

  private remember(network: string): void {
    // At the end of the line again.
    this.good.delete(network);
    const [first] = this.good;
    if (first !== undefined && this.good.size >= MOST_PROVEN) this.forget(first);
    this.good.add(network);
    move(network, this.others, this.proven);
  }

  private forget(network: string): void {
    if (this.good.delete(network)) move(network, this.proven, this.others);
  }
}

/** The longest line of some, the first of several. */
interface Longest {
  readonly network: string;
  readonly length: number;
  /** How many wait in all of them. */
  readonly held: number;
}

function longestOf(lines: Map<string, Waiter[]>): Longest {
  let network = '';
  let length = 0;
  let held = 0;
  for (const [name, line] of lines) {
    held += line.length;
    if (line.length > length) [network, length] = [name, line.length];
  }
  return { network, length, held };
}

/** A network has one line, so that its bound holds whatever becomes known of it. */
function move(network: string, from: Map<string, Waiter[]>, to: Map<string, Waiter[]>): void {
  const line = from.get(network);
  if (!line) return;
  from.delete(network);
  to.set(network, line);
}
