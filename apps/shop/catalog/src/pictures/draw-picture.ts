import { HOME_MOTIFS } from './motifs-home.ts';
import { OUTDOOR_MOTIFS } from './motifs-outdoors.ts';
import { type Palette, paletteOf } from './palettes.ts';

/** What a picture is to show. */
export interface Subject {
  id: string;
  /** Name of the product, the picture's title. */
  name: string;
  category: string;
  /** Name of a drawing; an unknown one shows a box. */
  motif: string;
  /** Width and height in pixels. */
  width: number;
}

const MOTIFS = { ...HOME_MOTIFS, ...OUTDOOR_MOTIFS };

/** Draws the picture of a product as SVG, below 4 KB and the same each time. */
export function drawPicture({ id, name, category, motif, width }: Subject): string {
  const turn = Number(id.replace(/\D/g, ''));
  const palette = paletteOf(category, turn);
  const title = escape(name);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${width}" viewBox="0 0 320 320" role="img" aria-label="${title}">`,
    `<title>${title}</title><rect width="320" height="320" fill="${palette.wall}"/>${backdrop(palette, turn)}`,
    `<path d="M0 244h320v76H0z" fill="${palette.floor}"/><ellipse cx="160" cy="258" rx="112" ry="13" fill="${palette.dark}" opacity=".22"/>`,
    `${coloured(MOTIFS[motif] ?? MOTIFS['box'] ?? '', palette)}</svg>`,
  ].join('');
}

/** What stands behind the thing: a sun, an arch, hills or rings. */
function backdrop({ floor, light }: Palette, turn: number): string {
  const x = 96 + ((turn * 37) % 128);
  const shapes = [
    `<circle cx="${x}" cy="128" r="92" fill="${floor}"/>`,
    `<path d="M${x - 74} 244V130a74 74 0 0 1 148 0v114z" fill="${floor}"/>`,
    `<path d="M0 244v-60l${x - 40}-70 90 80 60-44 ${170 - x + 40} 60v34z" fill="${floor}"/>`,
    `<g fill="none" stroke="${floor}" stroke-width="16"><circle cx="${x}" cy="132" r="40"/><circle cx="${x}" cy="132" r="74"/><circle cx="${x}" cy="132" r="108"/></g>`,
  ];
  const dot = `<circle cx="${320 - x}" cy="${46 + (turn % 5) * 6}" r="${10 + (turn % 4) * 3}" fill="${light}" opacity=".5"/>`;
  return (shapes[Math.floor(turn / 2) % shapes.length] ?? '') + dot;
}

function coloured(drawing: string, { body, dark, light, accent }: Palette): string {
  const colours: Record<string, string> = { b: body, d: dark, l: light, a: accent };
  return drawing.replace(/\{([bdla])\}/g, (_, key: string) => colours[key] ?? body);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
