/** The style of all pages: colours, type and controls of the storefront. Its hash stands in the pages' Content-Security-Policy. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f5f6f3; --surface: #fff; --sunken: #e9ece6; --ink: #1b211d; --ink-soft: #525c55; --rule: #ccd3cb; --control: #7b867e;
  --accent: #6b3a78; --accent-strong: #532a5f; --on-accent: #fff; --accent-wash: #efe5f2; --bad: #a3222f;
  --display: 'Avenir Next Condensed', 'Arial Narrow', 'Liberation Sans Narrow', 'Roboto Condensed', sans-serif-condensed, system-ui, sans-serif;
  --text: system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131715; --surface: #1b211e; --sunken: #232a26; --ink: #e8ede8; --ink-soft: #a9b4ac; --rule: #36403a; --control: #7d8a81;
    --accent: #d5a8e0; --accent-strong: #e6c6ee; --on-accent: #2a1232; --accent-wash: #35263b; --bad: #ff9d9d;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 1rem / 1.55 var(--text); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body, h1, h2, p, ul, dl, dd, table { margin: 0; }
main { display: grid; gap: 1.5rem; width: min(100% - 2rem, 26rem); margin: clamp(1.5rem, 8vh, 5rem) auto; }
h1, h2, .brand { font-family: var(--display); font-weight: 700; line-height: 1.08; text-wrap: balance; }
h1 { font-size: clamp(2rem, 1.6rem + 2vw, 3.1rem); letter-spacing: -0.01em; }
h2 { font-size: 1.1875rem; line-height: 1.2; }
.brand { display: flex; align-items: center; gap: 0.5rem; font-size: 1.5rem; }
.brand svg { width: 2rem; height: 2rem; flex: none; }
.brand-and { color: var(--accent); }
.brand-arch { fill: #6b3a78; } .brand-hill { fill: #a9c7a0; } .brand-sun { fill: #ffb066; }
form, .stack { display: grid; gap: 1rem; }
.field { display: grid; gap: 0.25rem; }
label { font-weight: 600; }
.field-error { color: var(--bad); font-weight: 600; font-size: 0.875rem; }
.hint { color: var(--ink-soft); font-size: 0.875rem; }
input, button { font: inherit; color: inherit; }
input { width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; border: 1px solid var(--control); border-radius: 0.375rem; background: var(--surface); }
[aria-invalid='true'] { border-color: var(--bad); box-shadow: inset 0 0 0 1px var(--bad); }
.error { padding: 0.75rem 1rem; border-left: 4px solid var(--bad); background: var(--surface); color: var(--bad); font-weight: 600; }
.button { min-height: 3rem; padding: 0.5rem 1.5rem; border: 2px solid var(--accent); border-radius: 0.375rem; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
.button:hover { border-color: var(--accent-strong); background: var(--accent-strong); }
.button-quiet { background: transparent; color: var(--accent); }
.button-quiet:hover { background: var(--accent-wash); color: var(--accent-strong); }
a { color: var(--accent); text-underline-offset: 0.18em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 0.375rem; }
.aside { padding: 1rem; border-radius: 0.375rem; background: var(--sunken); }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.25rem 0.5rem 0.25rem 0; text-align: left; border-top: 1px solid var(--rule); }
code { font-size: 0.875rem; overflow-wrap: anywhere; }
`;
