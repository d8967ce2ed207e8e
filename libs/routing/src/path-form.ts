import type { PathTemplate } from './path-template.ts';

/**
 * The kinds of the segments of a path template, without their texts and names: of each segment, whether it is fixed, and whether it ends with
 * "the rest". Whether one path covers another one, and where they have to agree, is the same for all paths of two forms.
 */
export class PathForm {
  /** One letter a segment; the same for templates of the same form. */
  readonly text: string;
  /** Segments before "the rest", or all. */
  private readonly length: number;
  private readonly hasRest: boolean;

  constructor({ segments }: PathTemplate) {
    this.text = segments.map(({ kind }) => LETTERS[kind]).join('');
    this.hasRest = segments.at(-1)?.kind === 'rest';
    this.length = segments.length - (this.hasRest ? 1 : 0);
  }

  /** Whether some path may fit both a template of this form and one of the other. */
  mayMeet(other: PathForm): boolean {
    if (this.hasRest && other.hasRest) return true;
    if (this.hasRest) return other.length > this.length;
    return other.hasRest ? this.length > other.length : this.length === other.length;
  }

  /** Places of segments that are fixed in both forms: where two templates are equal there, some path fits both. */
  commonWith(other: PathForm): readonly number[] {
    const places: number[] = [];
    const end = Math.min(this.length, other.length);
    for (let place = 0; place < end; place++) {
      if (this.isFixed(place) && other.isFixed(place)) places.push(place);
    }
    return places;
  }

  /** Whether a template of this form fits every path that one of the other fits, provided that some path fits both. */
  covers(other: PathForm): boolean {
    if (this.hasRest ? other.length < this.length : other.hasRest || other.length !== this.length) return false;
    for (let place = 0; place < this.length; place++) {
      if (this.isFixed(place) && !other.isFixed(place)) return false;
    }
    return true;
  }

  private isFixed(place: number): boolean {
    return this.text[place] === LETTERS.static;
  }
}

const LETTERS = { static: 's', parameter: 'p', rest: 'r' } as const;
