// What depends on the workspace: imports between open files, trust, and settings.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadTfjsModels } from '../../training/tfjs-model/load';
import { Client, exampleFile, root } from './client';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-workspace-'));
const tfjs = exampleFile('tfjs/convnet.ts');
const tfjsText = readFileSync(tfjs, 'utf8');

const loadTfjs = ({ file, text }: { file: string; text: string }) =>
  loadTfjsModels(file, text, { distDir: path.join(root, 'dist') });

let client: Client;
afterEach(async () => {
  expect(await client.stop()).toBe(0);
});

describe('a model that imports another open file', () => {
  const blocks = 'from torch import nn\n\ndef head(n):\n    return nn.Linear(n, 10)\n';
  const net =
    'from torch import nn\nfrom blocks import head\n\n# espalier: model Net() input=(1, 16)\n' +
    'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.head = head(16)\n\n' +
    '    def forward(self, x):\n        return self.head(x)\n';

  it('follows the unsaved text of the other, and the disk once that is closed', async () => {
    client = await Client.start({ folder });
    const file = path.join(folder, 'blocks.py');
    const part = await client.open(file, blocks);
    const uri = await client.open(path.join(folder, 'net.py'), net);
    const comesToHave = (params: number) =>
      client.until(`${params} parameters`, async () =>
        (await client.lensTexts(uri))[0]?.includes(`${params} parameters`),
      );
    await comesToHave(170);
    await client.replace(part, 'nn.Linear(n, 10)', 'nn.Linear(n, 20)');
    await comesToHave(340);

    writeFileSync(file, blocks.replace('10', '30'));
    await client.close(part);
    await comesToHave(510);
    writeFileSync(file, blocks.replace('10', '5'));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: part, type: 2 }],
    });
    await comesToHave(85);
  });
});

describe('a TF.js file', () => {
  it('is read from its text alone until the workspace is trusted, then exactly', async () => {
    let loads = 0;
    client = await Client.start({
      folder: root,
      trusted: false,
      loadTfjs: (params) => {
        loads++;
        return loadTfjs(params);
      },
    });
    const uri = await client.open(tfjs, tfjsText, 'typescript');
    const status = await client.status(uri, 'syntactic');
    expect(status.detail).toBe(
      'convnet.ts is not loaded in an untrusted workspace; layers come from the text alone',
    );
    const [lens] = await client.until('a lens from the text', async () => {
      const lenses = await client.lensTexts(uri);
      return lenses.length > 0 && lenses;
    });
    expect(lens).toMatch(/^23: 11 layers in the text · not read exactly$/);
    await expect(client.connection.sendRequest('espalier/models', { uri })).rejects.toThrow(
      'not loaded in an untrusted workspace',
    );
    expect(loads).toBe(0);
    await client.close(uri);
    await expect(client.connection.sendRequest('espalier/models', { uri })).rejects.toThrow('untrusted');
    expect(loads).toBe(0);

    await client.open(tfjs, tfjsText, 'typescript');
    await client.connection.sendNotification('espalier/trust', { trusted: true });
    await client.status(uri, 'exact');
    expect(loads).toBe(1);
    expect((await client.lensTexts(uri))[0]).toMatch(
      /77,754 parameters · .*FLOPs · 10 of 10 layers prunable · for 1×28×28×1$/,
    );
    expect(await client.hints(uri)).not.toEqual([]);
  });

  it('that the training host cannot load says why in one line', async () => {
    client = await Client.start({
      folder: root,
      trusted: true,
      loadTfjs: () => {
        throw new Error('the training host is not there');
      },
    });
    const uri = await client.open(tfjs, tfjsText, 'typescript');
    const status = await client.status(uri, 'syntactic');
    expect(status.detail).toContain('the training host is not there');
    expect(client.diagnostics.get(uri)).toHaveLength(1);
    expect((await client.lensTexts(uri))[0]).toContain('not read exactly');
  });

  it('is not loaded for an editor that never said it trusts the workspace', async () => {
    client = await Client.start({ folder: root });
    const uri = await client.open(tfjs, tfjsText, 'typescript');
    await client.status(uri, 'syntactic');
  });
});

describe('settings', () => {
  const trusted = { folder: root, trusted: true, loadTfjs };

  it('come from the editor when it can be asked', async () => {
    client = await Client.start({ ...trusted, configuration: { inlayHints: { enabled: false } } });
    const uri = await client.open(tfjs, tfjsText, 'typescript');
    await client.status(uri, 'exact');
    expect(await client.lensTexts(uri)).toHaveLength(4);
    await client.until('no hints', async () => (await client.hints(uri)).length === 0);
  });

  it('that change take effect at once', async () => {
    client = await Client.start({ ...trusted, settings: { inlayHints: { enabled: true } } });
    const uri = await client.open(tfjs, tfjsText, 'typescript');
    await client.status(uri, 'exact');
    expect(await client.hints(uri)).not.toEqual([]);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { espalier: { inlayHints: { enabled: false } } },
    });
    await client.until('hints to go', async () => (await client.hints(uri)).length === 0);
  });
});
