// A pretrained model of a library, all the way in real VS Code: torchvision's ResNet-18 from its own source, weights that
// PyTorch wrote, a folder of images, a recipe; and weights that real torchvision loads again.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { VsCode } from './harness/vscode';
import { missingForE2e } from './requirements';

const root = path.resolve(import.meta.dirname, '../..');
const output = path.join(root, 'test/e2e/output');
const python = '/usr/bin/python3';
const missing = missingForE2e();
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-pretrained-'));

const ask = (code: string): string =>
  execFileSync(python, ['-c', code], { encoding: 'utf8', cwd: folder }).trim();

/** Weights as people have them, and photographs of two kinds: warm and cold noise. */
const prepare = `
import json, pathlib, struct, numpy as np, torch
from PIL import Image
from torchvision.models import resnet18
torch.manual_seed(0)
state = {k: v.int() if v.dtype == torch.int64 else v for k, v in resnet18().state_dict().items()}
header, at = {}, 0
for name, value in state.items():
    size = value.numel() * 4
    header[name] = {'dtype': 'I32' if value.dtype == torch.int32 else 'F32', 'shape': list(value.shape), 'data_offsets': [at, at + size]}
    at += size
text = json.dumps(header).encode()
with open('resnet18.safetensors', 'wb') as file:
    file.write(struct.pack('<Q', len(text)) + text)
    for value in state.values(): file.write(value.contiguous().numpy().tobytes())
rng = np.random.default_rng(1)
for kind, tint in (('warm', (200, 90, 40)), ('cold', (40, 90, 200))):
    pathlib.Path('photos', kind).mkdir(parents=True)
    for i in range(12):
        pixels = np.clip(np.array(tint) + rng.normal(0, 40, (80, 72, 3)), 0, 255).astype('uint8')
        Image.fromarray(pixels).save(f'photos/{kind}/{i}.{"png" if i % 2 else "jpg"}')
`;

const recipe = `version: 1
model:
  file: torchvision/models/resnet.py
  name: resnet18
  weights: resnet18.safetensors
method: nm-magnitude
sparsity: 0.5
data:
  kind: images
  folder: photos
  test: 0.25
training:
  epochs: 2
  batch: 6
  optimizer: sgd
  learningRate: 0.01
  seed: 1
device: wasm
`;

/** What real torchvision makes of the exported file. */
const judge = (file: string) => `
import json, struct, torch
from torchvision.models import resnet18
raw = open(${JSON.stringify(file)}, 'rb').read()
size = struct.unpack('<Q', raw[:8])[0]
header = json.loads(raw[8:8 + size]); header.pop('__metadata__', None)
state = {}
for name, about in header.items():
    begin, end = about['data_offsets']
    dtype = {'F32': torch.float32, 'I32': torch.int32, 'I64': torch.int64}[about['dtype']]
    state[name] = torch.frombuffer(bytearray(raw[8 + size + begin:8 + size + end]), dtype=dtype).reshape(about['shape'])
model = resnet18(); print(model.load_state_dict(state))
w = model.layer1[0].conv1.weight
groups = w.permute(0, 2, 3, 1).reshape(-1, 4)
print('at most two of four', bool(((groups != 0).sum(1) <= 2).all()), 'half zero', abs(float((w == 0).float().mean()) - 0.5) < 1e-6)
print('finite', bool(torch.isfinite(model.eval()(torch.zeros(1, 3, 64, 64))).all()))
`;

describe.skipIf(missing).sequential('torchvision’s ResNet-18', () => {
  let vscode: VsCode;
  beforeAll(async () => {
    mkdirSync(output, { recursive: true });
    const site = ask('import torchvision, pathlib; print(pathlib.Path(torchvision.__file__).parent)');
    cpSync(site, path.join(folder, 'torchvision'), {
      recursive: true,
      filter: (file) => !/\.so$|__pycache__/.test(file),
    });
    // Python must take its own torchvision, not the checkout beside it.
    writeFileSync(path.join(folder, 'prepare.py'), prepare);
    execFileSync(python, ['-P', 'prepare.py'], { cwd: folder });
    writeFileSync(path.join(folder, 'resnet18.espalier.yaml'), recipe);
    vscode = await VsCode.start({
      folder,
      settings: { 'editor.minimap.enabled': false, 'espalier.trace.deadline': 120 },
      width: 1480,
      height: 860,
    });
  }, 240_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await vscode.screenshot(path.join(output, 'pretrained-failed.png'));
    console.error(await vscode.logs());
  });
  afterAll(() => vscode?.stop());

  it('trains 2:4 from its weights on a folder of images', { timeout: 400_000 }, async () => {
    await vscode.openFile('resnet18.espalier.yaml');
    await vscode.clickLens(/Run recipe/i);
    await vscode.notification(/2:4 magnitude: accuracy .* → /).waitFor({ timeout: 380_000 });
    await vscode.screenshot(path.join(output, 'pretrained.png'));
    const runs = path.join(folder, '.espalier', 'runs');
    expect(readdirSync(runs)).toHaveLength(1);
  });

  it('hands back weights that real torchvision loads', { timeout: 200_000 }, async () => {
    await vscode.runCommand('Espalier: Export Model');
    await vscode.pick('safetensors');
    // The last checkpoint or the best, where they differ; then the dialog, which offers the recipe's folder.
    const last = vscode.item('Last').first();
    const here = vscode.page.locator('.quick-input-widget:visible .monaco-button', {
      hasText: 'Export here',
    });
    await last.or(here).first().waitFor({ timeout: 60_000 });
    if (await last.isVisible()) await last.click();
    await here.click({ timeout: 60_000 });
    const exported = () =>
      readdirSync(folder).find(
        (name) => /^resnet18.*nm.*\.safetensors$/.test(name) && !name.includes('.masks.'),
      );
    await expect.poll(exported, { timeout: 150_000, interval: 1000 }).toBeDefined();
    await expect.poll(() => existsSync(path.join(folder, exported()!)), { timeout: 20_000 }).toBe(true);
    await vscode
      .notification(/safetensors|same|compared/i)
      .first()
      .waitFor({ timeout: 60_000 });
    writeFileSync(path.join(folder, 'judge.py'), judge(path.join(folder, exported()!)));
    const said = execFileSync(python, ['-P', 'judge.py'], { encoding: 'utf8', cwd: folder });
    expect(said).toContain('<All keys matched successfully>');
    expect(said).toContain('at most two of four True half zero True');
    expect(said).toContain('finite True');
  });
});
