// How a report looks: quiet, printable, light or dark as the reader's system is.
export const style = `
:root { color-scheme: light dark; --ink: #1f2428; --quiet: #667078; --rule: #dde1e5; --page: #fff; --a: #2f6f4e; --b: #b4571c; --c: #3566b0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e6e8; --quiet: #98a2aa; --rule: #3a4147; --page: #1b1f22; --a: #6cc08f; --b: #e8965a; --c: #7aa8ec; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1020px; padding: 40px 24px 80px; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 40px 0 8px; border-top: 1px solid var(--rule); padding-top: 20px; } h3 { font-size: 15px; margin: 24px 0 6px; }
.quiet, figcaption { color: var(--quiet); font-size: 13px; }
.facts { display: flex; flex-wrap: wrap; gap: 12px 36px; margin: 20px 0; padding: 0; } .facts div { min-width: 130px; } .facts dt { color: var(--quiet); font-size: 13px; } .facts dd { margin: 0; font-size: 20px; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; } th { text-align: left; font-weight: 600; } td, th { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--rule); vertical-align: top; } .n { text-align: right; white-space: nowrap; } tr.total td { font-weight: 600; }
figure { margin: 12px 0; display: inline-block; width: 470px; max-width: 100%; vertical-align: top; } svg { width: 100%; height: auto; }
.grid { stroke: var(--rule); } .tick { fill: var(--quiet); font-size: 11px; } .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; } .label { font-size: 11px; }
.line.a { stroke: var(--a); } .line.b { stroke: var(--b); } .line.c { stroke: var(--c); } .label.a { fill: var(--a); } .label.b { fill: var(--b); } .label.c { fill: var(--c); }
.wide { width: 100%; } .mask { display: block; image-rendering: pixelated; max-width: 100%; margin: 4px 0; border: 1px solid var(--rule); }
`;
