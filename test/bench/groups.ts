// `npm run bench:groups [architecture …]`: whether real PyTorch runs models without half of any group, or a share of all,
// and computes the same.
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { architectures } from './groups/architectures';
import { environment, evaluate, folderOf } from './frontends/ask-python';
import { holds, prove, type Proof, shares } from './groups/prove';

const { python, pythonPath } = environment;

function report(id: string, { graph, groups, whole, error, proofs, together }: Proof): string[] {
  if (error !== undefined) console.log(`  ${id}: ${error}`);
  for (const proof of [...proofs, ...together]) {
    if (holds(proof)) continue;
    console.log(`  ${id}: ${proof.id}: ${proof.error ?? `differs: ${JSON.stringify(proof)}`}`);
  }
  const reasons = new Map<string, number>();
  for (const { prunable } of groups)
    if (!prunable.ok) reasons.set(prunable.reason, (reasons.get(prunable.reason) ?? 0) + 1);
  if (process.env['ESPALIER_BENCH_VERBOSE'])
    for (const [reason, count] of reasons) console.log(`    ${count} × ${reason}`);
  const prunable = groups.filter((group) => group.prunable.ok).length;
  const good = proofs.filter(holds).length;
  return [
    id,
    String(graph.nodes.length),
    whole === undefined ? 'not replayed' : whole.toExponential(0),
    String(groups.length),
    String(prunable),
    `${good} of ${prunable}${good === prunable ? ' ✓' : ''}`,
    ...shares.map((_, i) => (together[i] && holds(together[i]) ? '✓' : 'no')),
    proofs.some(({ module }) => module !== undefined) ? 'ran too' : 'not tried',
  ];
}

async function main(wanted: readonly string[]): Promise<void> {
  const packages = await folderOf(environment, 'torchvision');
  if (packages === undefined || (await evaluate(environment, 'import torch')) === undefined)
    throw new Error(`${python} has no torch and torchvision (Debian: python3-torchvision)`);
  const chosen = architectures.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  if (chosen.length === 0) throw new Error(`there are ${architectures.map(({ id }) => id).join(', ')}`);
  const frontend = createPythonFrontend({ distDir: path.join(process.cwd(), 'dist'), deadlineMs: 120_000 });
  const rows: string[][] = [];
  try {
    for (const architecture of chosen) {
      const { id } = architecture;
      try {
        rows.push(
          report(id, await prove(architecture, frontend, { python, packages: [packages, ...pythonPath] })),
        );
      } catch (error) {
        console.log(`  ${id}: ${(error as Error).message}`);
        rows.push([id, '', 'not traced', '', '', '', ...shares.map(() => ''), '']);
      }
      console.log(rows.at(-1)!.join('  '));
    }
  } finally {
    await frontend.dispose();
  }
  const header = [
    ...['architecture', 'ops', 'replay differs by', 'groups', 'prunable', 'hold in PyTorch'],
    ...shares.map((share) => `${share * 100} % of all`),
    "the user's module",
  ];
  console.log(`\n${formatTable(header, rows, 'lrrrrrrrr').join('\n')}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
