// The latency part of a report: a table of medians with their spread, and a ratio only where it was measured as one.
import { isSpeedup, formatRatio } from '../../core/runs/speedup';
import type { Comparison, LatencyReport, Spread } from '../../core/runs/latency-report';
import { html, type Raw } from './escape';

export function latencySection(report: LatencyReport): Raw {
  const rows = [
    ...report.layers.map((layer) => row(layer.path, layer, shapes(layer.denseShape, layer.sparseShape))),
    row('whole model', report.total, '', 'total'),
  ];
  const refused = [report.total, ...report.layers].filter((comparison) => !isSpeedup(comparison));
  const reasons = [...new Set(refused.map(({ verdict }) => verdict.reason))];
  return html`<section>
    <h2>Latency</h2>
    <p>${report.engine}, batch ${report.batch}, ${report.rounds} interleaved rounds. ${report.machine}.</p>
    <table>
      <thead>
        <tr>
          <th>layer</th>
          <th>output × input</th>
          <th class="n">dense ms</th>
          <th class="n">sparse ms</th>
          <th>dense / sparse</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${reasons.map((reason) => html`<p class="quiet">No speed-up: ${reason}.</p>`)}
    <p class="quiet">
      Median (10th – 90th percentile), measured side by side. A ratio is shown only where its interval
      excludes 1.
    </p>
  </section>`;
}

function row(name: string, comparison: Comparison, shape: string, style = ''): Raw {
  const { dense, sparse } = comparison;
  const outcome = isSpeedup(comparison) ? formatRatio(comparison.speedup) : 'no speed-up';
  return html`<tr class="${style}">
    <td>${name}</td>
    <td>${shape}</td>
    <td class="n">${spread(dense)}</td>
    <td class="n">${spread(sparse)}</td>
    <td>${outcome}</td>
  </tr>`;
}

const spread = ({ median, low, high }: Spread): string => `${ms(median)} (${ms(low)} – ${ms(high)})`;
const ms = (value: number): string => value.toFixed(value < 1 ? 3 : 2);

/** Weight shapes, shortened to the two numbers that surgery changes. */
function shapes(dense: readonly number[], sparse: readonly number[]): string {
  const short = (shape: readonly number[]) => shape.slice(0, 2).join(' × ');
  return short(dense) === short(sparse) ? short(dense) : `${short(dense)} → ${short(sparse)}`;
}
