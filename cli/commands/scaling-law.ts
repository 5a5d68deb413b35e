// `espalier scaling-law`: what a longer run or a larger model would reach, from a few short runs.
import path from 'node:path';
import { fitLaw } from '../../core/scaling-law/fit';
import { foretell, leftOut } from '../../core/scaling-law/foretell';
import type { Law, Observation, Place, Quantity } from '../../core/scaling-law/law';
import { levelsOf } from '../../core/scaling-law/require';
import { seeded } from '../../training/executor/random';
import { type Command, type CommandContext, UsageError } from '../command';
import { describeLaw } from '../scaling-law/describe';
import { readLawRuns } from '../scaling-law/read-runs';

export const scalingLawCommand: Command = {
  name: 'scaling-law',
  usage: 'scaling-law [run …] [--tokens n] [--params n] [--json]',
  summary: 'fit the loss of short runs, foretell that of longer or larger ones',
  options: {
    folder: { type: 'string', default: path.join('.espalier', 'runs') },
    method: { type: 'string' },
    tokens: { type: 'string' },
    params: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
  help: [
    'A run is a folder, an id, a part of an id, or last; without any, all that have finished are fitted.',
    '--tokens N       tokens (of other models than language models: samples) to foretell the loss of, such as 2e6',
    '--params N       parameters that are not zero, of the same',
    '--method ID      only runs of this method',
    '--folder FOLDER  where runs are looked for (default: .espalier/runs)',
    '--json           one JSON value instead of text',
  ],

  async run({ positionals, options, print }) {
    const asked = { tokens: amount(options, 'tokens'), parameters: amount(options, 'params') };
    const runs = await readLawRuns({
      names: positionals,
      runsFolder: path.resolve(String(options['folder'])),
      method: options['method'] === undefined ? undefined : String(options['method']),
    });
    const fitted = fitLaw(runs);
    const place = placeOf(runs, fitted.law, asked);
    // The same draws every time: who asks twice is told the same.
    const random = seeded(1);
    const foretold = place && foretell(runs, fitted, place, () => random.normal());
    const report = { runs, fitted, leftOut: leftOut(runs, fitted), foretold };
    if (options['json']) return print(JSON.stringify(report, null, 2));
    for (const line of describeLaw(report)) print(line);
  },
};

function amount(options: CommandContext['options'], name: string): number | undefined {
  if (options[name] === undefined) return undefined;
  const value = Number(options[name]);
  if (value >= 1 && Number.isFinite(value)) return value;
  throw new UsageError(`--${name} ${String(options[name])} is no number above 0, such as 2e6`);
}

/** What is not asked for is that of the largest run; undefined when nothing is. */
function placeOf(
  runs: readonly Observation[],
  { terms }: Law,
  asked: Readonly<Record<Quantity, number | undefined>>,
): Place | undefined {
  if (asked.tokens === undefined && asked.parameters === undefined) return undefined;
  const of = (quantity: Quantity): number => {
    const most = Math.max(...runs.map((run) => run[quantity]));
    const wanted = asked[quantity];
    if (wanted === undefined) return most;
    if (!terms.some((term) => term.of === quantity) && levelsOf([most, wanted]).length > 1)
      throw new UsageError(
        `all runs have ${most} ${quantity}: they do not tell what ${wanted} would be worth; add runs that differ in ${quantity}`,
      );
    return wanted;
  };
  return { parameters: of('parameters'), tokens: of('tokens') };
}
