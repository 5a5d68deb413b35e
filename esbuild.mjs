// Builds every process and view into dist/, and lays the files they load at run time beside them in dist/vendor/.
import { build, context } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = import.meta.dirname;
const dist = path.join(root, 'dist');
const watch = process.argv.includes('--watch');
const clean = process.argv.includes('--clean');

const shared = {
  bundle: true,
  sourcemap: true,
  logLevel: 'warning',
  absWorkingDir: root,
  legalComments: 'none',
};

/** One process each. Native packages are not bundled: they are loaded from dist/vendor/node_modules. */
const processes = {
  ...shared,
  entryPoints: {
    extension: 'extension/extension.ts',
    // Apart, because it is most of the extension's code and activation does not need it.
    'language-client': 'extension/language-client/client.ts',
    'language-server': 'language-server/server.ts',
    'python-worker': 'language-server/frontends/python/worker.ts',
    'training-host': 'training/host.ts',
    'tfjs-worker': 'training/tfjs-model/worker.ts',
    'image-worker': 'training/data/image-worker.ts',
    'tensorflow-check': 'native/devices/tensorflow/check.ts',
    cli: 'cli/main.ts',
  },
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // vscode-jsonrpc and friends also ship UMD builds that no bundler can follow; the module builds come first.
  mainFields: ['module', 'main'],
  external: ['vscode', 'onnxruntime-node', 'webgpu', 'pyodide'],
};

/** What the build itself runs, once the rest is there. */
const makers = {
  ...processes,
  entryPoints: { 'build/python-image': 'language-server/frontends/python/make-image.ts' },
};

/** `npm run bench:…`: benchmarks see every room, and are never packaged. */
const benches = {
  ...processes,
  entryPoints: Object.fromEntries(
    readdirSync(path.join(root, 'test/bench'))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => [`bench/${path.parse(file).name}`, `test/bench/${file}`]),
  ),
};

/** `npx espalier` runs the bundle as a program. */
const shebang = { js: '#!/usr/bin/env node' };

const views = {
  ...shared,
  entryPoints: {
    mask: 'webviews/mask/main.ts',
    latency: 'webviews/latency/main.ts',
    run: 'webviews/run/main.ts',
    compare: 'webviews/compare/main.ts',
    'model-file': 'webviews/model-file/main.ts',
  },
  outdir: path.join(dist, 'webviews'),
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  tsconfig: 'webviews/tsconfig.json',
};

/** What is loaded from disk at run time: source in node_modules or the tree → place in dist/vendor. */
const vendor = [
  ...[
    'pyodide.mjs',
    'pyodide.asm.mjs',
    'pyodide.asm.wasm',
    'python_stdlib.zip',
    'pyodide-lock.json',
    'package.json',
  ].map((file) => [`node_modules/pyodide/${file}`, `pyodide/${file}`]),
  ...['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'].map((file) => [
    `node_modules/@tensorflow/tfjs-backend-wasm/dist/${file}`,
    `tfjs-wasm/${file}`,
  ]),
  ...[
    'tree-sitter.wasm',
    'tree-sitter-python.wasm',
    'tree-sitter-typescript.wasm',
    'tree-sitter-tsx.wasm',
    'tree-sitter-javascript.wasm',
  ].map((file) => [`node_modules/@vscode/tree-sitter-wasm/wasm/${file}`, `tree-sitter/${file}`]),
  ['language-server/frontends/python/sandbox', 'sandbox'],
  // What the binding to a user's TensorFlow is built of, on the user's machine.
  ['node_modules/@tensorflow/tfjs-node-gpu/binding', 'tensorflow/binding'],
  ['node_modules/node-api-headers/include', 'tensorflow/include'],
  ['node_modules/onnxruntime-node/package.json', 'node_modules/onnxruntime-node/package.json'],
  ['node_modules/onnxruntime-node/dist', 'node_modules/onnxruntime-node/dist'],
  [
    `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`,
    `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`,
  ],
  ...[
    'package.json',
    'index.js',
    `dist/${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`,
  ].map((file) => [`node_modules/webgpu/${file}`, `node_modules/webgpu/${file}`]),
  ['node_modules/onnxruntime-common/package.json', 'node_modules/onnxruntime-common/package.json'],
  ['node_modules/onnxruntime-common/dist/cjs', 'node_modules/onnxruntime-common/dist/cjs'],
];

async function copyVendor() {
  for (const [from, to] of vendor) {
    const target = path.join(dist, 'vendor', to);
    if (!clean && !existsSync(path.join(root, from))) {
      // A package that a pull has added: what does not need it can be worked on. A release build has them all.
      console.error(`${from} is missing: run npm ci`);
      continue;
    }
    await mkdir(path.dirname(target), { recursive: true });
    await dropLeftovers(path.join(root, from), target);
    await cp(path.join(root, from), target, { recursive: true, filter: isNewer });
  }
}

/** Removes what an earlier build laid down and the tree no longer has: a renamed module would be found by its old name. */
async function dropLeftovers(from, to) {
  if (!existsSync(to) || !(await stat(to)).isDirectory()) return;
  for (const name of readdirSync(to)) {
    const [source, target] = [path.join(from, name), path.join(to, name)];
    if (existsSync(source)) await dropLeftovers(source, target);
    else await rm(target, { recursive: true, force: true });
  }
}

async function run(options) {
  if (!watch) return build(options);
  const watcher = await context(options);
  await watcher.watch();
}

/** Leaves a file alone that is already there, so that a rebuild does not pull a wasm file from under a running process. */
async function isNewer(from, to) {
  const [source, target] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  return source.isDirectory() || !target || source.size !== target.size || source.mtimeMs > target.mtimeMs;
}

/** While a room is being built its entry may be missing; a release build has them all, which a test checks. */
const present = (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file))));

if (clean) await rm(dist, { recursive: true, force: true });
await mkdir('language-server/frontends/python/sandbox', { recursive: true });
// Each bundle on its own, so that one that does not build leaves the others whole; any failure fails the build.
const bundles = [processes, makers, benches, views].flatMap((options) =>
  Object.entries(present(options.entryPoints)).map(([name, file]) =>
    run({ ...options, entryPoints: { [name]: file }, ...(name === 'cli' ? { banner: shebang } : {}) }),
  ),
);
const results = await Promise.allSettled([...bundles, copyVendor()]);
const failures = results.filter(({ status }) => status === 'rejected');
for (const { reason } of failures) console.error(reason.message);
process.exitCode = failures.length > 0 ? 1 : 0;
// Without it sandboxes still start, only slower; while watching that is what they do.
if (!process.exitCode && !watch) {
  execFileSync(process.execPath, [path.join(dist, 'build/python-image.cjs'), dist], { stdio: 'inherit' });
}
