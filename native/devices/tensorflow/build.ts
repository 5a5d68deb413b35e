// Builds the Node binding against the libraries of a TensorFlow: two C++ files of @tensorflow/tfjs-node-gpu.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { TensorFlow } from './find';
import { runTool } from './run-tool';

/** Rejects with one line: no compiler, or the first error that it reports. */
export async function buildBinding(
  { folder, version, cuda }: TensorFlow,
  {
    distDir,
    into,
    signal,
  }: { readonly distDir: string; readonly into: string; readonly signal: AbortSignal },
): Promise<string> {
  const sources = path.join(distDir, 'vendor/tensorflow');
  const binding = path.join(into, `binding-${version}-${stamp(sources, [folder, ...cuda])}.node`);
  if (existsSync(binding)) return binding;
  mkdirSync(into, { recursive: true });
  const fresh = `${binding}.${process.pid}`;
  const compiler = process.env['CXX'] ?? 'c++';
  // RPATH, not RUNPATH: the libraries that TensorFlow itself looks for are found by it too.
  const places = [folder, ...cuda].flatMap((place) => [`-Wl,-rpath,${place}`]);
  const libraries =
    process.platform === 'darwin'
      ? [
          path.join(folder, 'libtensorflow_cc.2.dylib'),
          path.join(folder, 'libtensorflow_framework.2.dylib'),
          '-undefined',
          'dynamic_lookup',
        ]
      : ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', '-Wl,--disable-new-dtags'];
  const preloaded = process.platform === 'linux' ? cudaLibraries(cuda) : [];
  const args = [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
    ...['binding', '.', 'include'].map((name) => `-I${path.join(sources, name)}`),
    `-I${path.join(folder, 'include')}`,
    ...readdirSync(path.join(sources, 'binding'))
      .filter((name) => name.endsWith('.cc'))
      .map((name) => path.join(sources, 'binding', name)),
    `-L${folder}`,
    ...libraries,
    ...preloaded,
    ...places,
    '-o',
    fresh,
  ];
  await runTool(compiler, args, {
    signal,
    missing: `there is no C++ compiler (${compiler}) to link TensorFlow with: install g++ (Debian: apt install g++, macOS: xcode-select --install)`,
    failed: 'the binding to TensorFlow does not compile',
  });
  renameSync(fresh, binding);
  return binding;
}

/**
 * TensorFlow opens CUDA's libraries by name when it starts, wherever pip has put them: as needs of the binding they are
 * there already by then.
 */
function cudaLibraries(folders: readonly string[]): string[] {
  const named =
    /^lib(cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|cudnn|nccl|nvJitLink|cupti)\.so\.\d+$/;
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => named.test(name))
      .map((name) => path.join(folder, name)),
  );
  return files.length > 0 ? ['-Wl,--no-as-needed', ...files] : [];
}

/** Another TensorFlow, or other sources, make another binding. */
function stamp(sources: string, folders: readonly string[]): string {
  const hash = createHash('sha256').update(folders.join('\n'));
  for (const name of readdirSync(path.join(sources, 'binding')).sort())
    hash.update(readFileSync(path.join(sources, 'binding', name)));
  return hash.digest('hex').slice(0, 12);
}
