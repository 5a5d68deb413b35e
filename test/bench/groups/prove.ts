// Traces an architecture, and has real PyTorch run it without half of each of its groups, and without a share of all.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph } from '../../../core/graph/model-graph';
import type { Frontend } from '../../../language-server/frontends/frontend';
import { loadScript } from '../../../training/export/load-script';
import type { Architecture } from './architectures';
import { type Removal, removalOf } from './removals';

/** Of doubles, relative to the largest value of a tensor: only the order of additions differs. */
export const tolerance = 1e-8;

/** How much of all groups is removed together. */
export const shares: readonly number[] = [0.3, 0.5];

export interface GroupProof {
  readonly id: string;
  /** The largest difference of any value to the whole model with those channels held at zero. */
  readonly off?: number;
  readonly where?: string;
  /** The same of the user's own module with the smaller weights. */
  readonly module?: number;
  readonly error?: string;
}

export interface Proof {
  readonly graph: ModelGraph;
  readonly groups: readonly PruneGroup[];
  /** How far the replayed graph is from the module; absent where it could not be replayed. */
  readonly whole?: number;
  readonly error?: string;
  /** One for every group that is declared prunable. */
  readonly proofs: readonly GroupProof[];
  /** One for each of {@link shares}. */
  readonly together: readonly GroupProof[];
}

export interface Torch {
  readonly python: string;
  /** Folders that hold torchvision and timm, for models that import them. */
  readonly packages: readonly string[];
}

/**
 * Throws one line when the file cannot be traced.
 * @param change what to do to each removal first, to see whether a wrong one is noticed.
 */
export async function prove(
  architecture: Architecture,
  frontend: Frontend,
  torch: Torch,
  change: (removal: Removal) => Removal = (removal) => removal,
): Promise<Proof> {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-groups-'));
  try {
    const file = path.join(folder, `${architecture.id.replaceAll(/\W/g, '_')}.py`);
    writeFileSync(file, architecture.text);
    const request = { file, text: architecture.text, workspaceFolder: folder, packages: torch.packages };
    const { models, diagnostics } = await frontend.trace(request, new AbortController().signal);
    const graph = models.find((model) => model.graph.name === 'model')?.graph;
    if (!graph) throw new Error(diagnostics[0]?.message ?? 'no model was found');
    const groups = findGroups(graph);
    const prunable = groups.filter((group) => group.prunable.ok);
    let loader: string | null = null;
    if (architecture.runsNarrower) {
      loader = path.join(folder, 'loader.py');
      writeFileSync(loader, loadScript({ graph, weights: new Map() }, path.join(folder, 'x.safetensors')));
    }
    const single = prunable.map((group) => removalOf(graph, group.id, [group], 0.5));
    const all = shares.map((share) => removalOf(graph, `${share * 100} % of all groups`, prunable, share));
    const job = {
      graph,
      removals: [...single, ...all].map(change),
      tokens: architecture.tokens ?? null,
      loader,
    };
    const [whole = { error: 'PyTorch ended' }, ...answers] = await replay(torch, file, JSON.stringify(job));
    const proofs = answers as GroupProof[];
    return {
      graph,
      groups,
      ...(whole as Pick<Proof, 'whole' | 'error'>),
      proofs: proofs.slice(0, single.length),
      together: proofs.slice(single.length),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether PyTorch ran the smaller model with the predicted shapes and it computes what it should. */
export const holds = ({ off, module, error }: GroupProof): boolean =>
  error === undefined &&
  off !== undefined &&
  off <= tolerance &&
  (module === undefined || module <= tolerance);

function replay({ python, packages }: Torch, file: string, job: string): Promise<unknown[]> {
  const script = path.join(process.cwd(), 'test/bench/groups/replay/check.py');
  return new Promise((resolve, reject) => {
    const child = spawn(python, [script, file, 'model'], {
      env: {
        ...process.env,
        PYTHONPATH: packages.join(path.delimiter),
        PYTHONDONTWRITEBYTECODE: '1',
        OMP_NUM_THREADS: '1',
      },
      stdio: ['pipe', 'pipe', process.env['ESPALIER_BENCH_VERBOSE'] ? 'inherit' : 'ignore'],
    });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', () => {
      const lines = Buffer.concat(parts).toString('utf8').split('\n');
      resolve(lines.filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line)));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(job);
  });
}
