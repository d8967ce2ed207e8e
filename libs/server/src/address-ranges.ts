import ipaddr from 'ipaddr.js';

/** One bit further down for each step; a node that is a range holds every address below it. */
interface Node {
  readonly children: [Node | undefined, Node | undefined];
  isRange: boolean;
}

const newNode = (): Node => ({ children: [undefined, undefined], isRange: false });

/**
 * A set of addresses and CIDR ranges as two binary tries, one a family: a look-up takes as many steps as the longest prefix has
 * bits, however many ranges there are.
 */
export class AddressRanges {
  private readonly roots = { ipv4: newNode(), ipv6: newNode() };
  /** Whether there is nothing in it. */
  readonly isEmpty: boolean;

  /** @param entries addresses and CIDR ranges of which `rangeProblem` found none */
  constructor(entries: readonly string[]) {
    this.isEmpty = entries.length === 0;
    for (const entry of entries) this.add(entry);
  }

  /** Whether the address, in the spelling of `plainAddress`, lies in one of the ranges. */
  contains(address: string): boolean {
    if (this.isEmpty) return false;
    const parsed = ipaddr.parse(address);
    const bytes = parsed.toByteArray();
    let node: Node | undefined = this.roots[parsed.kind()];
    for (let index = 0; node !== undefined; index++) {
      if (node.isRange) return true;
      if (index === bytes.length * 8) return false;
      node = node.children[bitOf(bytes, index)];
    }
    return false;
  }

  private add(entry: string): void {
    const [text = '', prefix] = entry.split('/');
    const address = ipaddr.process(text);
    const bytes = address.toByteArray();
    const length = prefix === undefined ? bytes.length * 8 : Number(prefix);
    let node = this.roots[address.kind()];
    for (let index = 0; index < length; index++) node = node.children[bitOf(bytes, index)] ??= newNode();
    node.isRange = true;
  }
}

function bitOf(bytes: readonly number[], index: number): 0 | 1 {
  return ((bytes[index >> 3]! >> (7 - (index & 7))) & 1) as 0 | 1;
}
