/** Text and bars read on a light page and on a dark one. */
export const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2430 }
  .title { font-weight: 600; font-size: 14px }
  .label { text-anchor: end }
  .note, .value { fill: #5a6272 }
  .bar { fill: #a9b1c0 }
  .portico { fill: #2f6fde }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8eaf0 }
    .note, .value { fill: #a7adba }
    .bar { fill: #596273 }
    .portico { fill: #6ba1ff }
  }`;

/** A line of text; `style` is one of the classes of `STYLE`. */
export function text(x: number, y: number, content: string, style: string): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(0)}" y="${y}" class="${style}">${safe}</text>`;
}
