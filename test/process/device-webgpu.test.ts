// WebGPU for real, on the software renderer that Chromium brings: right numbers, no leak, and a process that ends.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Debian's Chromium carries a Vulkan loader and SwiftShader. */
const chromium = '/usr/lib/chromium';
const missing = ['libvulkan.so.1', 'vk_swiftshader_icd.json', 'libvk_swiftshader.so'].find(
  (file) => !existsSync(path.join(chromium, file)),
);

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-webgpu-'));
const script = path.join(folder, 'device-steps.cjs');
const distDir = path.resolve('dist');

interface Told {
  readonly losses: readonly number[];
  readonly tensors: readonly number[];
  readonly logits: readonly number[];
}

function steps(device: string, env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, device, distDir], {
    env: { PATH: process.env['PATH'] ?? '', XDG_RUNTIME_DIR: folder, ...env },
    encoding: 'utf8',
    timeout: 200_000,
  });
  return { status, stderr, told: stdout ? (JSON.parse(stdout) as Told) : undefined };
}

const renderer = {
  LD_LIBRARY_PATH: chromium,
  VK_DRIVER_FILES: path.join(chromium, 'vk_swiftshader_icd.json'),
  VK_ICD_FILENAMES: path.join(chromium, 'vk_swiftshader_icd.json'),
};

describe.skipIf(missing)(`WebGPU${missing ? ` (${chromium} has no ${missing})` : ''}`, () => {
  beforeAll(() =>
    build({
      entryPoints: [path.resolve('test/process/device-steps.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: script,
      mainFields: ['module', 'main'],
      external: ['webgpu', '@tensorflow/tfjs-node-gpu'],
      logLevel: 'error',
    }),
  );
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('trains to the same losses as WASM, leaks nothing, and lets the process end', () => {
    const gpu = steps('webgpu', { ...renderer, ESPALIER_SOFTWARE_GPU: '1' });
    expect(gpu).toMatchObject({ status: 0 });
    const cpu = steps('wasm', {});
    gpu.told!.losses.forEach((loss, i) => expect(loss).toBeCloseTo(cpu.told!.losses[i]!, 3));
    gpu.told!.logits.forEach((logit, i) => expect(Math.abs(logit - cpu.told!.logits[i]!)).toBeLessThan(0.02));
    // The first step makes the optimizer's state; every later one leaves what it found.
    expect(new Set(gpu.told!.tensors.slice(1)).size).toBe(1);
  });

  it('is refused on a software renderer, and says how to insist', () => {
    const { status, stderr } = steps('webgpu', renderer);
    expect(status).toBe(1);
    expect(stderr.trim()).toMatch(
      /^WebGPU cannot be used: only a software renderer was found \(.*swiftshader.*\); set ESPALIER_SOFTWARE_GPU=1 to use it anyway$/i,
    );
  });
});
