// A fitted scaling law as lines of text: coefficients with units, each run beside the law, what was asked for.
import { formatCount, formatExact } from '../../core/analysis/format';
import type { LawRun } from '../../core/runs/law-run';
import type { Fitted } from '../../core/scaling-law/fit';
import type { Foretold } from '../../core/scaling-law/foretell';
import { lossAt, type Quantity } from '../../core/scaling-law/law';
import { formatTable } from '../table';

export interface LawReport {
  readonly runs: readonly LawRun[];
  readonly fitted: Fitted;
  /** Of each run, by the law of the others. */
  readonly leftOut: readonly (number | undefined)[];
  readonly foretold: Foretold | undefined;
}

const letters = {
  parameters: ['N', 'A', 'α'],
  tokens: ['D', 'B', 'β'],
} as const satisfies Record<Quantity, readonly string[]>;

/** A share of the loss below which the fit has found no floor. */
const noFloor = 0.01;

export function describeLaw({ runs, fitted, leftOut, foretold }: LawReport): string[] {
  const [{ family, unit, counts }] = runs as [LawRun];
  const { law, residuals, spread, freedom } = fitted;
  const arguments_ = law.terms.map(({ of }) => letters[of][0]).join(', ');
  const sum = law.terms.map(({ of }) => `${letters[of][1]}·${letters[of][0]}^−${letters[of][2]}`).join(' + ');
  const rows = runs.map((run, i) => [
    run.id,
    formatExact(run.parameters),
    formatExact(run.tokens),
    run.loss.toFixed(4),
    lossAt(law, run).toFixed(4),
    percent(Math.expm1(residuals[i]!)),
    leftOut[i] === undefined ? '–' : percent(leftOut[i] / run.loss - 1),
  ]);
  const header = ['run', 'N', 'D', 'loss', 'law', 'off by', 'left out, off by'];
  return [
    `${runs.length} runs: ${family}`,
    `L(${arguments_}) = E + ${sum}; L in ${unit}, N parameters that are not zero, D ${counts} trained on`,
    '',
    `E  ${law.floor.toPrecision(4)} ${unit}${law.floor < noFloor * lossAt(law, runs.at(-1)!) ? ': these runs do not tell where the loss ends' : ''}`,
    ...law.terms.flatMap(({ of, coefficient, exponent }) => [
      `${letters[of][1]}  ${coefficient.toPrecision(4)} ${unit} at ${letters[of][0]} = 1`,
      `${letters[of][2]}  ${exponent.toPrecision(4)}`,
    ]),
    '',
    ...formatTable(header, rows, 'lrrrrrr'),
    '',
    `runs scatter by ${(spread * 100).toFixed(2)} % around the law, at ${freedom} ${freedom === 1 ? 'degree' : 'degrees'} of freedom`,
    ...leftOutWords(runs, leftOut),
    ...(foretold ? foretoldWords(runs, foretold) : []),
  ];
}

function leftOutWords(runs: readonly LawRun[], leftOut: LawReport['leftOut']): string[] {
  const errors = leftOut.flatMap((loss, i) => (loss === undefined ? [] : Math.abs(loss / runs[i]!.loss - 1)));
  if (errors.length === 0) return ['none can be left out: the others would make no law'];
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
  const [said, most] = [mean, Math.max(...errors)].map((error) => `${(error * 100).toFixed(2)} %`);
  return [
    `left out, ${errors.length} of ${runs.length} runs are foretold within ${said} in the mean, ${most} at most`,
  ];
}

function foretoldWords(runs: readonly LawRun[], { place, loss, low, high }: Foretold): string[] {
  const [{ counts, unit }] = runs as [LawRun];
  const span = ([from, at, to]: readonly number[], digits: number) =>
    `${at!.toFixed(digits)} (${from!.toFixed(digits)} – ${to!.toFixed(digits)})`;
  const perplexity = counts === 'tokens' ? `, perplexity ${span([low, loss, high].map(Math.exp), 2)}` : '';
  const beyond = (['parameters', 'tokens'] as const).flatMap((of) => {
    const ratio = place[of] / Math.max(...runs.map((run) => run[of]));
    return ratio > 1.05 ? [`${ratio.toFixed(1)}× the most ${of === 'tokens' ? counts : of} of any run`] : [];
  });
  return [
    '',
    `${formatCount(place.parameters)} parameters, ${formatCount(place.tokens)} ${counts}: ${span([low, loss, high], 3)} ${unit}${perplexity}; 80 % of such runs lie between`,
    ...(beyond.length > 0 ? [`beyond what was measured: ${beyond.join(' and ')}`] : []),
  ];
}

const percent = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(2)} %`;
