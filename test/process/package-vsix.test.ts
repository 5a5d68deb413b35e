// What the packaged extension holds: every file that runs, and nothing that only we need.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** By name: what VS Code shows, and what is started. */
const named = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE.txt',
  'media/icon.png',
  'media/activity.svg',
  ...['open', 'read', 'train', 'see'].map((step) => `media/walkthrough/${step}.md`),
  'examples/pytorch/convnet.py',
  'examples/keras/convnet.py',
  'examples/tfjs/convnet.ts',
  // The README's pictures: the page of the extension shows it.
  ...['lens', 'run', 'masks', 'latency', 'yolo', 'model-file'].map((picture) => `docs/images/${picture}.png`),
  ...[
    'extension',
    'language-client',
    'language-server',
    'python-worker',
    'training-host',
    'tfjs-worker',
    'image-worker',
    'cli',
  ].map((bundle) => `dist/${bundle}.cjs`),
  ...['mask', 'latency', 'run', 'compare', 'model-file'].flatMap((view) => [
    `dist/webviews/${view}.js`,
    `dist/webviews/${view}.css`,
  ]),
  ...['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json'].map(
    (file) => `dist/vendor/pyodide/${file}`,
  ),
  'examples/yolo/yolov8.yaml',
  ...['tree-sitter', ...['python', 'typescript', 'tsx', 'javascript'].map((id) => `tree-sitter-${id}`)].map(
    (grammar) => `dist/vendor/tree-sitter/${grammar}.wasm`,
  ),
  'dist/vendor/tfjs-wasm/tfjs-backend-wasm-simd.wasm',
  'dist/vendor/node_modules/onnxruntime-node/dist/index.js',
  `dist/vendor/node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
  `dist/vendor/node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime.so.1`,
  'dist/vendor/node_modules/onnxruntime-common/dist/cjs/index.js',
  'dist/vendor/node_modules/webgpu/index.js',
];

/** By kind: everything else must be one of these. */
const allowed = [
  /^examples\/(pytorch|tfjs|keras|yolo)\/[\w-]+(\.espalier)?\.(py|ts|yaml)$/,
  /^dist\/[\w-]+\.cjs$/,
  /^dist\/webviews\/[\w-]+\.(js|css)$/,
  /^dist\/vendor\/(pyodide|tfjs-wasm|tree-sitter)\/[\w.-]+$/,
  /^dist\/vendor\/sandbox\/[\w/-]+\.py$/,
  /^dist\/vendor\/tensorflow\/(binding|include)\/\w+\.(cc|h)$/,
  /^dist\/vendor\/node_modules\/(onnxruntime-(node|common)|webgpu)\/.+/,
];

/** Never, wherever it lies. */
const forbidden = [
  /\.map$/,
  /\.d\.[cm]?ts$/,
  /(^|\/)test\//,
  /__pycache__/,
  /^node_modules\//,
  /(^|\/)\.(?!vsixmanifest)/,
  /^(core|native|training|language-server|webviews|extension|cli)\//,
];

describe('the packaged extension', () => {
  let folder: string;
  let files: string[];
  let bytes: number;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'espalier-vsix-'));
    const vsix = path.join(folder, 'espalier.vsix');
    const flags =
      '--target linux-x64 --no-dependencies --allow-missing-repository --no-rewrite-relative-links';
    await run('npx', ['vsce', 'package', ...flags.split(' '), '-o', vsix], { cwd: root, maxBuffer: 1e8 });
    bytes = (await stat(vsix)).size;
    files = namesInZip(await readFile(vsix))
      .filter((name) => name.startsWith('extension/') && !name.endsWith('/'))
      .map((name) => name.slice('extension/'.length));
    console.log(`VSIX: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds every bundle, view and run-time file', () => {
    const lower = new Set(files.map((name) => name.toLowerCase()));
    expect(named.filter((name) => !lower.has(name.toLowerCase()))).toEqual([]);
  });

  it('holds nothing that is not meant to be in it', () => {
    const known = new Set(named.map((name) => name.toLowerCase()));
    const strange = files.filter(
      (name) => !known.has(name.toLowerCase()) && !allowed.some((pattern) => pattern.test(name)),
    );
    expect(strange).toEqual([]);
    expect(files.filter((name) => forbidden.some((pattern) => pattern.test(name)))).toEqual([]);
  });

  it('holds the stand-in modules of the Python sandbox', () => {
    expect(files.filter((name) => name.startsWith('dist/vendor/sandbox/')).length).toBeGreaterThan(3);
  });

  it('stays below the size that people wait for', () => {
    // The Marketplace's limit is 200 MB; ONNX Runtime and Python are most of ours.
    expect(bytes).toBeLessThan(80e6);
  });
});

/** From the zip's central directory, so that no unpacking program is needed. */
function namesInZip(zip: Buffer): string[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}
