// One run in a report: what it reached, how it got there, its masks, its latency.
import { formatCount, formatFlops } from '../../core/analysis/format';
import { durationWords } from '../../core/duration-words';
import { methods } from '../../core/recipe/methods/table';
import type { LatencyReport } from '../../core/runs/latency-report';
import { expectedHeadline, headlineKey, outcomesOf, testMetrics } from '../../core/runs/headline';
import { isShare, metricName, metricText, metricTitle } from '../../core/runs/metric-words';
import type { MetricPoint, RunRecord } from '../../core/runs/run-record';
import { density, type Mask } from '../../core/sparsity/mask';
import { html, raw, type Raw } from './escape';
import { latencySection } from './latency-section';
import { lineChart } from './line-chart';
import { maskImage } from './mask-image';

export interface RunContent {
  readonly record: RunRecord;
  readonly metrics: readonly MetricPoint[];
  /** Masks in matrix order (outputs × reduction), by parameter. */
  readonly masks: readonly {
    readonly param: string;
    readonly rows: number;
    readonly cols: number;
    readonly mask: Mask;
  }[];
  readonly latency: readonly LatencyReport[];
  readonly exports: readonly string[];
}

export function runSection({ record, metrics, masks, latency, exports }: RunContent): Raw {
  const method = methods.get(record.recipe.method);
  return html`<section>
    <h2>${method?.title ?? record.recipe.method}</h2>
    <p class="quiet">
      ${method ? html`${method.summary} ${method.source}.` : ''} Trained on ${record.device.name}.
    </p>
    ${facts(record)} ${charts(record, metrics)}
    ${
      masks.length > 0
        ? html`<h3>Masks</h3>
            ${masks.map(maskFigure)}`
        : raw('')
    }
    ${latency.map(latencySection)}
    ${
      exports.length > 0
        ? html`<h3>Handed back</h3>
            <ul>
              ${exports.map((line) => html`<li>${line}</li>`)}
            </ul>`
        : raw('')
    }
  </section>`;
}

function facts({ result }: RunRecord): Raw {
  if (!result) return html`<p>The run did not finish.</p>`;
  const fact = (name: string, value: string) =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl class="facts">
    ${outcomesOf(result).map(({ key, dense, sparse }) =>
      fact(metricName(key), `${metricText(key, dense)} → ${metricText(key, sparse)}`),
    )}
    ${fact('sparsity', percent(result.sparsity))}
    ${fact('parameters', `${formatCount(result.params.dense)} → ${formatCount(result.params.sparse)}`)}
    ${fact('FLOPs a sample', `${formatFlops(result.flops.dense)} → ${formatFlops(result.flops.sparse)}`)}
    ${fact('trained in', durationWords(result.seconds))}
  </dl>`;
}

function charts({ recipe }: RunRecord, metrics: readonly MetricPoint[]): Raw {
  const series = (name: string, style: string, pick: (point: MetricPoint) => number | undefined) => ({
    name,
    style,
    points: metrics.flatMap((point) => {
      const value = pick(point);
      return value === undefined ? [] : [[point.step, value] as const];
    }),
  });
  const loss = lineChart([series('loss', 'b', (point) => point.loss)], {
    title: 'Training loss',
    yMin: 0,
    formatY: (value) => value.toFixed(2),
  });
  const tested = metrics.findLast(testMetrics);
  const key = tested ? headlineKey(testMetrics(tested)!) : expectedHeadline(recipe);
  const density = series('density', 'c', (point) => point.density);
  const headline = series(metricName(key), 'a', (point) => testMetrics(point)?.[key]);
  const share = { yMin: 0, yMax: 1, formatY: percent };
  // Shares share an axis.
  const rest = isShare(key)
    ? lineChart([headline, density], { title: `${metricTitle(key)} and density`, ...share })
    : html`${lineChart([headline], { title: metricTitle(key), yMin: 0, formatY: (value) => metricText(key, value) })}
      ${lineChart([density], { title: 'Density', ...share })}`;
  return html`<div>${loss}${rest}</div>`;
}

/** Pixels a weight: as many as fit the page, but small matrices stay small. */
const cellSize = (cols: number): number => Math.max(1, Math.min(4, Math.floor(960 / cols)));

function maskFigure({ param, rows, cols, mask }: RunContent['masks'][number]): Raw {
  const image = maskImage(mask, rows, cols);
  const cell = cellSize(image.cols);
  const part = image.rows < rows || image.cols < cols ? `, first ${image.rows} × ${image.cols} shown` : '';
  return html`<figure class="wide">
    <img
      class="mask"
      alt="mask of ${param}"
      width="${image.cols * cell}"
      height="${image.rows * cell}"
      src="${image.dataUri}"
    />
    <figcaption>${param}: ${rows} × ${cols}, density ${percent(density(mask))}${part}</figcaption>
  </figure>`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
