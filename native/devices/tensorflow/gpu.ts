// NVIDIA GPUs as their driver tells of them: which there are, how much memory is free, and why TensorFlow may see none.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TensorFlow } from './find';

export interface Gpu {
  readonly name: string;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly driver: string;
}

/** Those that this process may use, in CUDA's order, or one line that says why the driver cannot be asked. */
export function listGpus(env: NodeJS.ProcessEnv = process.env): readonly Gpu[] | string {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined && /^(|-1|NoDevFiles)$/.test(visible.trim()))
    return `CUDA_VISIBLE_DEVICES=${visible} hides every GPU`;
  const query = '--query-gpu=name,memory.total,memory.free,driver_version';
  try {
    const text = execFileSync('nvidia-smi', [query, '--format=csv,noheader,nounits'], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    return chosen(parseGpus(text), visible);
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 'ENOENT') return 'no NVIDIA driver is installed (there is no nvidia-smi)';
    const said = `${stdout ?? ''}\n${stderr ?? ''}`.split('\n').find((line) => line.trim());
    return `the NVIDIA driver does not answer: ${(said ?? 'nvidia-smi failed').trim().slice(0, 120)}`;
  }
}

/** `NVIDIA H100 80GB HBM3, 81559, 81008, 550.54.15`, in MiB, a line a GPU. */
export function parseGpus(text: string): Gpu[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length >= 4)
    .map(([name, total, free, driver]) => ({
      name: name!,
      // A unified-memory GPU answers [N/A]; NaN then means unknown.
      memory: { total: Number(total) * 2 ** 20, free: Number(free) * 2 ** 20 },
      driver: driver!,
    }));
}

/** By number, as CUDA_VISIBLE_DEVICES counts; UUIDs leave the list as it is. */
function chosen(gpus: readonly Gpu[], visible: string | undefined): readonly Gpu[] {
  if (visible === undefined || !/^\d+(,\d+)*$/.test(visible)) return gpus;
  return visible.split(',').flatMap((index) => gpus[Number(index)] ?? []);
}

/** Whether the wheel was built with CUDA, as it says itself. */
export function isCudaBuild(folder: string): boolean {
  const file = path.join(folder, 'python/platform/build_info.py');
  return existsSync(file) && /['"]?is_cuda_build['"]?\s*[:=]\s*True/.test(readFileSync(file, 'utf8'));
}

/** Why a TensorFlow that loads computes on no GPU. One line. */
export function whyNoGpu(
  { folder, version, cuda }: Pick<TensorFlow, 'folder' | 'version' | 'cuda'>,
  gpus: readonly Gpu[] | string = listGpus(),
): string {
  if (typeof gpus === 'string') return gpus;
  if (gpus.length === 0) return 'the NVIDIA driver sees no GPU';
  const [{ name, driver }] = gpus as [Gpu];
  if (!isCudaBuild(folder))
    return `there is an ${name}, but TensorFlow ${version} is built without CUDA: run Install GPU Backend, or pip install tensorflow[and-cuda]`;
  if (cuda.length === 0)
    return `there is an ${name}, but TensorFlow ${version} finds no CUDA libraries: pip install tensorflow[and-cuda]`;
  return `there is an ${name}, but TensorFlow ${version} cannot use it: its CUDA wants a newer driver than ${driver}, or a library is missing (TF_CPP_MIN_LOG_LEVEL=0 tells which)`;
}
