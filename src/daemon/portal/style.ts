/** The one style sheet. No font, no picture, nothing that moves: it is 6 KB and works from 320 pixels on. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f3f1ec; --card: #fffefb; --ink: #1f2733; --soft: #566072; --line: #dcd8cf; --edge: #7d8695;
  --accent: #17594f; --accent-strong: #0e433b; --on-accent: #ffffff;
  --good: #e4f1ea; --good-edge: #2f7d5b; --bad: #fbe9e7; --bad-edge: #b3261e; --bad-ink: #9b1c15; --focus: #1a5fd0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161b; --card: #1a2027; --ink: #e9ebee; --soft: #a9b2be; --line: #2d353f; --edge: #7c8796;
    --accent: #84d3c3; --accent-strong: #a5e2d5; --on-accent: #0b201c;
    --good: #16302a; --good-edge: #5cb892; --bad: #361c1b; --bad-edge: #ef8f86; --bad-ink: #ffb4ab; --focus: #8ab8ff;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans TC", "PingFang TC",
    "Microsoft JhengHei", sans-serif;
  display: flex; flex-direction: column; align-items: center; padding: 0 1rem 3rem;
}
header, main { width: 100%; max-width: 27rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .25rem 1rem; padding: 1.25rem .25rem; }
main { background: var(--card); border: 1px solid var(--line); border-radius: .875rem; padding: 2rem; }
@media (min-width: 40rem) { header { padding-top: 8vh; } main { padding: 2.5rem; } }
@media (max-width: 24rem) { main { padding: 1.5rem 1.25rem; } }
.mark { display: inline-flex; align-items: center; gap: .625rem; min-height: 2.75rem; color: var(--ink); font-weight: 600; text-decoration: none; overflow-wrap: anywhere; }
.mark svg { width: 1.75rem; height: 1.75rem; flex: none; color: var(--accent); }
.mark:hover { text-decoration: underline; text-underline-offset: .2em; }
nav ul { display: flex; gap: .25rem; margin: 0 -.5rem; padding: 0; list-style: none; font-size: .9375rem; }
nav a, nav span { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 .5rem; }
nav span { color: var(--soft); }
h1 { margin: 0 0 1.25rem; font-size: 1.625rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; }
h1:lang(zh) { letter-spacing: 0; }
h2 { margin: 0 0 .25rem; font-size: 1.0625rem; line-height: 1.4; }
p { margin: 0 0 1.25rem; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .2em; }
a:hover { color: var(--accent-strong); text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: .25rem; }
.notice, .problem { margin: 0 0 1.5rem; padding: .875rem 1rem; border-radius: .5rem; border: 1px solid; border-inline-start-width: .375rem; overflow-wrap: anywhere; }
.notice { background: var(--good); border-color: var(--good-edge); }
.problem { background: var(--bad); border-color: var(--bad-edge); }
.problem ul { margin: 0; padding: 0; list-style: none; }
.problem a { color: var(--bad-ink); font-weight: 600; display: inline-block; padding: .125rem 0; }
.problem p:last-child, .notice p:last-child { margin-bottom: 0; }
.field { margin: 0 0 1.375rem; }
label { display: block; margin-bottom: .375rem; font-weight: 600; }
.hint, .wrong { margin: 0 0 .5rem; font-size: .9375rem; line-height: 1.45; }
.hint { color: var(--soft); }
.wrong { color: var(--bad-ink); font-weight: 600; }
input { width: 100%; min-height: 3rem; padding: .5rem .75rem; font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: .5rem; }
input:hover { border-color: var(--ink); }
input:focus-visible { outline-offset: 1px; border-radius: .5rem; }
input[aria-invalid="true"] { border: 2px solid var(--bad-edge); padding: calc(.5rem - 1px) calc(.75rem - 1px); }
/* Room for three lines, so that nothing moves when the script takes the place of the one by the other, and says more. */
.live, .said { display: block; min-height: 4.125rem; margin: .5rem 0 -1.125rem; font-size: .9375rem; line-height: 1.45; font-weight: 600; color: var(--good-edge); }
.live { visibility: hidden; }
.live::before { content: "✓ "; }
input:valid + .live { visibility: visible; }
.said.weak { color: var(--bad-ink); }
.said.fair { color: var(--ink); }
button { width: 100%; min-height: 3.125rem; padding: .625rem 1rem; font: inherit; font-weight: 650; cursor: pointer; color: var(--on-accent); background: var(--accent); border: 2px solid var(--accent); border-radius: .5rem; }
button:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
button:focus-visible { outline-offset: 3px; border-radius: .5rem; }
button.quiet { color: var(--accent); background: transparent; border-color: var(--edge); }
button.quiet:hover { color: var(--accent-strong); border-color: var(--accent-strong); }
.after { margin: 1.25rem 0 0; }
.after + form { margin-top: 1.25rem; }
.after a, a.action { display: inline-flex; align-items: center; min-height: 2.75rem; }
.small { font-size: .9375rem; color: var(--soft); }
dl { margin: 0 0 1.5rem; border-top: 1px solid var(--line); }
dl div { padding: .75rem 0; border-bottom: 1px solid var(--line); }
dt { font-size: .9375rem; color: var(--soft); }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.stack > * + * { margin-top: .875rem; }
.stack a.action { width: 100%; justify-content: center; min-height: 3.125rem; font-weight: 650; color: var(--on-accent); background: var(--accent); border-radius: .5rem; text-decoration: none; }
.stack a.action:hover { background: var(--accent-strong); }
.stack a.action:focus-visible { border-radius: .5rem; outline-offset: 3px; }
@media (forced-colors: active) { main, .stack a.action { border: 1px solid; } }
`.trimStart()
