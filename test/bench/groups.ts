// `npm run bench:groups [architecture …]`: whether real PyTorch runs models without half of any group, and computes the same.
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { architectures } from './groups/architectures';
import { evaluate } from './frontends/ask-python';
import { holds, prove, type Proof } from './groups/prove';

const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const pythonPath = (process.env['ESPALIER_PYTHONPATH'] ?? '').split(path.delimiter).filter(Boolean);
const where =
  'import torch, torchvision, pathlib; print(pathlib.Path(torchvision.__file__).resolve().parent.parent)';

function report(id: string, { graph, groups, whole, error, proofs }: Proof): string[] {
  if (error !== undefined) console.log(`  ${id}: ${error}`);
  for (const proof of proofs) {
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
  ];
}

async function main(wanted: readonly string[]): Promise<void> {
  const packages = await evaluate({ python, pythonPath }, where);
  if (packages === undefined)
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
        rows.push([id, '', 'not traced', '', '', '']);
      }
      console.log(rows.at(-1)!.join('  '));
    }
  } finally {
    await frontend.dispose();
  }
  const header = ['architecture', 'ops', 'replay differs by', 'groups', 'prunable', 'hold in PyTorch'];
  console.log(`\n${formatTable(header, rows, 'lrrrrr').join('\n')}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
