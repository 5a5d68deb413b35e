// What is said of a TensorFlow that does not work, or that sees no GPU: one line, with the cause and what to do.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cause } from '../../../../native/devices/tensorflow/diagnose';
import { listGpus, parseGpus, whyNoGpu } from '../../../../native/devices/tensorflow/gpu';

const root = mkdtempSync(path.join(tmpdir(), 'espalier-gpu-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('what the loader says', () => {
  it.each([
    [
      'libtensorflow_cc.so.2: cannot open shared object file: No such file or directory',
      /^libtensorflow_cc.so.2 is missing: .*run Install GPU Backend again$/,
    ],
    ["/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found", /C\+\+ library is older/],
    ['undefined symbol: TFE_NewContext', /updated under its binding; run Install GPU Backend again/],
  ])('%s', (said, told) => expect(cause(said)).toMatch(told));
});

describe('the GPUs that the driver tells of', () => {
  const line = 'NVIDIA H100 80GB HBM3, 81559, 81008, 550.54.15';
  /** An `nvidia-smi` that prints and exits so. */
  function driver(output: string, code: number): NodeJS.ProcessEnv {
    const folder = mkdtempSync(path.join(root, 'bin-'));
    const program = path.join(folder, 'nvidia-smi');
    writeFileSync(program, `#!/bin/sh\nprintf '${output}\\n'\nexit ${code}\n`);
    chmodSync(program, 0o755);
    return { PATH: folder };
  }

  it('have names and bytes', () => {
    const [gpu] = parseGpus(`${line}\n`);
    expect(gpu).toEqual({
      name: 'NVIDIA H100 80GB HBM3',
      memory: { total: 81559 * 2 ** 20, free: 81008 * 2 ** 20 },
      driver: '550.54.15',
    });
  });

  it('are those that CUDA_VISIBLE_DEVICES leaves', () => {
    const env = driver(`${line}\\nTesla T4, 15360, 15000, 550.54.15`, 0);
    expect(listGpus(env)).toHaveLength(2);
    expect(listGpus({ ...env, CUDA_VISIBLE_DEVICES: '1' })).toMatchObject([{ name: 'Tesla T4' }]);
    expect(listGpus({ ...env, CUDA_VISIBLE_DEVICES: '' })).toBe('CUDA_VISIBLE_DEVICES= hides every GPU');
  });

  it('cannot be asked for without a driver, or with one that does not answer', () => {
    expect(listGpus({ PATH: root })).toMatch(/no NVIDIA driver is installed/);
    expect(listGpus(driver('Failed to initialize NVML: Driver/library version mismatch', 18))).toBe(
      'the NVIDIA driver does not answer: Failed to initialize NVML: Driver/library version mismatch',
    );
  });
});

describe('why TensorFlow sees none', () => {
  const gpu = { name: 'Tesla T4', memory: { total: 1, free: 1 }, driver: '470.1' };
  function wheel(name: string, isCuda: boolean): string {
    const folder = path.join(root, name);
    mkdirSync(path.join(folder, 'python/platform'), { recursive: true });
    const said = isCuda ? 'True' : 'False';
    writeFileSync(
      path.join(folder, 'python/platform/build_info.py'),
      `build_info = collections.OrderedDict([('is_cuda_build', ${said})])\nbuild_info = {"is_cuda_build": ${said}}`,
    );
    return folder;
  }

  it('is the driver, the build, its libraries, or their age', () => {
    const why = (isCuda: boolean, cuda: string[], gpus: Parameters<typeof whyNoGpu>[1]) =>
      whyNoGpu({ folder: wheel(`wheel-${isCuda}`, isCuda), version: '2.21.0', cuda }, gpus);
    expect(why(true, [], 'no NVIDIA driver is installed')).toBe('no NVIDIA driver is installed');
    expect(why(true, [], [])).toBe('the NVIDIA driver sees no GPU');
    expect(why(false, [], [gpu])).toMatch(/Tesla T4, but TensorFlow 2.21.0 is built without CUDA: run/);
    expect(why(true, [], [gpu])).toMatch(/finds no CUDA libraries: pip install tensorflow\[and-cuda\]$/);
    expect(why(true, ['/x'], [gpu])).toMatch(/newer driver than 470.1/);
  });
});
