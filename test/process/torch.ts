// Runs a script in real PyTorch (Debian's) on float32 tensors, which travel as raw files.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TensorData } from '../../core/graph/tensor';

const python = '/usr/bin/python3';

/** Undefined where PyTorch is there, and on CI, where a test that lacks it must fail; otherwise why it is skipped. */
export const noTorch: string | undefined =
  process.env['ESPALIER_REQUIRE_ALL'] !== undefined || spawnSync(python, ['-c', 'import torch']).status === 0
    ? undefined
    : 'real PyTorch is missing: install python3-torch';

const prelude = `import json, os, sys
import torch, torch.nn.functional as F
torch.set_num_threads(1)
here = sys.argv[1]
def tensors(prefix):
    with open(os.path.join(here, prefix + ".json")) as f: shapes = json.load(f)
    out = []
    for i, shape in enumerate(shapes):
        with open(os.path.join(here, f"{prefix}{i}.f32"), "rb") as f: data = bytearray(f.read())
        out.append(torch.frombuffer(data, dtype=torch.float32).reshape(shape).clone())
    return out
def answer(results):
    shapes = []
    for i, y in enumerate(results):
        y = y.detach().contiguous()
        shapes.append(list(y.shape))
        with open(os.path.join(here, f"out{i}.f32"), "wb") as f: f.write(y.numpy().tobytes())
    with open(os.path.join(here, "out.json"), "w") as f: json.dump(shapes, f)
inputs = tensors("in")
`;

/** `script` finds `inputs` and calls `answer([...])`. Throws with Python's own words when it fails. */
export function runTorch(script: string, inputs: readonly TensorData[]): TensorData[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-torch-'));
  const file = (name: string) => path.join(folder, name);
  try {
    writeFileSync(file('in.json'), JSON.stringify(inputs.map(({ shape }) => shape)));
    inputs.forEach(({ data }, i) => writeFileSync(file(`in${i}.f32`), data));
    writeFileSync(file('script.py'), prelude + script);
    execFileSync(python, [file('script.py'), folder], { stdio: 'pipe' });
    const shapes = JSON.parse(readFileSync(file('out.json'), 'utf8')) as number[][];
    return shapes.map((shape, i) => {
      const bytes = Uint8Array.from(readFileSync(file(`out${i}.f32`)));
      return { shape, data: new Float32Array(bytes.buffer) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
