/** A kind of product of a category, of which a shop carries several. */
export interface Kind {
  noun: string;
  /** The drawing of its picture. */
  motif: string;
  /** Lowest and highest price in whole euros. */
  prices: readonly [number, number];
  materials: readonly string[];
  /** Sizes differ in price, colours do not. */
  choice: 'size' | 'colour';
  options: readonly string[];
  text: string;
}

/** A category and the words its products are made of. */
export interface CategoryWords {
  id: string;
  name: string;
  series: readonly string[];
  closings: readonly string[];
  kinds: readonly Kind[];
}

/**
 * Reads word lists: a line `# id | name | series, ... | closing; ...` begins a category, each line after it is a kind
 * `noun | motif | low-high | materials | size or colour: options | text`.
 */
export function parseCategories(text: string): CategoryWords[] {
  return text
    .trim()
    .split(/\n\n/)
    .map((block) => {
      const [head = '', ...lines] = block.split('\n');
      const [id = '', name = '', series = '', closings = ''] = cells(head.slice(1));
      return { id, name, series: series.split(', '), closings: closings.split('; '), kinds: lines.map(parseKind) };
    });
}

function parseKind(line: string): Kind {
  const [noun, motif, prices, materials, choices, text] = cells(line) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const [low = 0, high = 0] = prices.split('-').map(Number);
  const [choice, options = ''] = choices.split(': ');
  return {
    noun,
    motif,
    prices: [low, high],
    materials: materials.split(', '),
    choice: choice === 'size' ? 'size' : 'colour',
    options: options.split(', '),
    text,
  };
}

const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());
