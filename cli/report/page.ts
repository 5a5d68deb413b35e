// A report: one HTML file that needs no network and no script.
import { formatCount, formatFlops, modelLine } from '../../core/analysis/format';
import type { ModelReport } from '../../core/analysis/report';
import { formatShape } from '../../core/graph/shape';
import { html, raw, type Raw } from './escape';
import { runSection, type RunContent } from './run-section';
import { style } from './style';

export function reportPage(model: ModelReport, file: string, runs: readonly RunContent[]): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${model.graph.name} · Espalier</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <h1>${model.graph.name}</h1>
        <p class="quiet">${file} · ${model.graph.framework} · ${modelLine(model)}</p>
        ${runs.map(runSection)}
        <section>
          <h2>Layers</h2>
          ${layerTable(model)}
        </section>
      </body>
    </html> `;
  return page.raw;
}

function layerTable({ layers }: ModelReport): Raw {
  const rows = layers.map(
    (layer) =>
      html`<tr>
        <td>${layer.path}</td>
        <td>${layer.op}</td>
        <td>${formatShape(layer.output)}</td>
        <td class="n">${formatCount(layer.params)}</td>
        <td class="n">${formatFlops(layer.flops)}</td>
        <td>
          ${layer.patterns.map(({ label, fit }) => (fit.ok ? `${label}: yes` : `${label}: no, ${fit.reason}`)).join('; ')}
        </td>
      </tr>`,
  );
  return html`<table>
    <thead>
      <tr>
        <th>layer</th>
        <th>op</th>
        <th>output</th>
        <th class="n">params</th>
        <th class="n">FLOPs</th>
        <th>patterns</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
