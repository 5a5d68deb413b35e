// `npm run bench:frontends [corpus | corpus/case …]`: how exactly the frontends read real models, beside the real frameworks.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { createFrontends } from '../../language-server/frontends/table';
import type { Frontend } from '../../language-server/frontends/frontend';
import { environment } from './frontends/ask-python';
import { type Comparison, compare, exact, unread } from './frontends/compare';
import type { Case, Corpus, Facts } from './frontends/corpus';
import { corpora } from './frontends/table';

interface Result {
  readonly id: string;
  readonly comparison: Comparison;
  readonly ms: number;
}

async function read(
  frontends: readonly Frontend[],
  entry: Case,
  folder: string,
  packages: readonly string[],
  facts: Facts,
): Promise<Result> {
  const file = path.join(folder, entry.file);
  const frontend = frontends.find((candidate) => candidate.handles(file, entry.text));
  const start = performance.now();
  const done = (comparison: Comparison): Result => ({
    id: entry.id,
    comparison,
    ms: performance.now() - start,
  });
  if (!frontend) return done(unread('no frontend reads it', facts));
  const request = { file, text: entry.text, workspaceFolder: folder, packages };
  const { models, diagnostics } = await frontend.trace(request, new AbortController().signal);
  const model = models.find(({ graph }) => graph.name === entry.model) ?? models[0];
  if (model) return done(withReason(compare(model.graph, facts, entry), model.notes));
  return done(unread(diagnostics[0]?.message ?? 'no model was found', facts));
}

/** Shapes that differ because the trace ended early say why it did. */
function withReason(comparison: Comparison, [reason]: readonly string[]): Comparison {
  const { shapes } = comparison;
  if (shapes === undefined || shapes === exact || reason === undefined) return comparison;
  return { ...comparison, shapes: `${shapes} (${reason})` };
}

/** `only` names the cases to read; none for all. */
async function measure(
  corpus: Corpus,
  only: readonly string[],
  frontends: readonly Frontend[],
): Promise<string[]> {
  const loaded = await corpus.load(environment);
  if (typeof loaded === 'string') {
    console.log(`\n${corpus.title}: not measured, ${loaded}`);
    return [corpus.title, 'not measured', '', '', '', '', ''];
  }
  const { version, packages } = loaded;
  const cases = loaded.cases.filter(({ id }) => only.length === 0 || only.includes(id));
  console.log(`\n${corpus.title}: ${cases.length} models, beside ${version}`);
  const facts = await loaded.facts(cases);
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
  const results: Result[] = [];
  try {
    for (const [i, entry] of cases.entries()) {
      const known = facts[i]!;
      if ('error' in known) console.log(`  ${entry.id}: left out, the framework says ${known.error}`);
      else results.push(await read(frontends, entry, folder, packages, known));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const { id, comparison } of results) {
    const wrong = (['count', 'names', 'shapes', 'fused'] as const).filter(
      (what) => comparison[what] !== undefined && comparison[what] !== exact,
    );
    for (const said of new Set(wrong.map((what) => comparison[what]))) {
      console.log(`  ${id}: ${wrong.filter((what) => comparison[what] === said).join(', ')}: ${said}`);
    }
  }
  const times = results.map(({ ms }) => ms).sort((a, b) => a - b);
  const share = (what: keyof Comparison, goal: number | undefined): string => {
    const said = results.map(({ comparison }) => comparison[what]).filter((text) => text !== undefined);
    const good = said.filter((text) => text === exact).length;
    const aim = goal === undefined ? '' : good >= goal * said.length ? ' ✓' : ` (goal ${goal * 100} %)`;
    return said.length === 0 ? '–' : `${good} of ${said.length}${aim}`;
  };
  const { goals } = corpus;
  const median = times[Math.floor(times.length / 2)] ?? 0;
  return [
    corpus.title,
    version,
    share('count', goals.count),
    share('names', goals.names),
    share('shapes', goals.shapes),
    share('fused', goals.fused),
    `${median.toFixed(0)} ms`,
  ];
}

async function main(wanted: readonly string[]): Promise<void> {
  const asked = wanted.map((name) => name.split('/'));
  const chosen = corpora.filter(({ id }) => wanted.length === 0 || asked.some(([corpus]) => corpus === id));
  if (chosen.length === 0)
    throw new Error(`no such corpus; there are ${corpora.map(({ id }) => id).join(', ')}`);
  const frontends = createFrontends({
    distDir: path.join(process.cwd(), 'dist'),
    loadTfjs: () => Promise.reject(new Error('TF.js files are no part of this benchmark')),
    deadlineMs: 120_000,
  });
  const rows: string[][] = [];
  try {
    for (const corpus of chosen) {
      const only = asked.flatMap(([id, name]) => (id === corpus.id && name ? [name] : []));
      rows.push(await measure(corpus, only, frontends));
    }
  } finally {
    await Promise.all(frontends.map((frontend) => frontend.dispose()));
  }
  const header = ['corpus', 'beside', 'count', 'names', 'shapes', 'fused', 'median trace'];
  console.log(`\n${formatTable(header, rows, 'llrrrrr').join('\n')}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
