// Coupled groups of transformers, a U-Net and ShuffleNet, in real PyTorch: without half of any group, or a share of all,
// the model runs and computes the same.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frontend } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { architectures } from '../bench/groups/architectures';
import { holds, prove, tolerance } from '../bench/groups/prove';
import type { Removal } from '../bench/groups/removals';
import { noTorch } from './torch';

const torch = { python: '/usr/bin/python3', packages: ['/usr/lib/python3/dist-packages'] };

describe.skipIf(noTorch)(`groups that can be pruned${noTorch ? ` (${noTorch})` : ''}`, () => {
  let frontend: Frontend;
  beforeAll(() => {
    frontend = createPythonFrontend({ distDir: path.resolve('dist'), deadlineMs: 120_000 });
  });
  afterAll(() => frontend.dispose());
  const proofOf = (id: string, change?: (removal: Removal) => Removal) =>
    prove(
      architectures.find((architecture) => architecture.id === id)!,
      frontend,
      torch,
      change,
    );

  it.each([
    ['gpt', ['h.0.attn.c_attn 4', 'h.0.mlp.0 192', 'wte 48']],
    ['llama', ['layers.0.self_attn.q_proj 4', 'layers.0.mlp.gate_proj 96', 'embed_tokens 64']],
    ['bert', ['layer.0.attention.query 4', 'layer.0.intermediate 96', 'embeddings.word_embeddings 48']],
    ['vit_fused', ['blocks.0.attn.qkv 6', 'blocks.0.mlp.fc1 192', 'patch_embed 48']],
    ['unet_transposed', ['down.0.0 4', 'grow.0 64']],
    // The stream, and of each layer the channels that are scanned, the rank of their steps, and the states.
    [
      'mamba',
      ['embed 32', 'blocks.0.mixer.in_proj 64', 'blocks.0.mixer.x_proj 2', 'blocks.0.mixer.x_proj#2 8'],
    ],
  ])('of %s are its heads, hidden layers and streams, and each holds in PyTorch', async (id, some) => {
    const { whole, error, groups, proofs, together } = await proofOf(id);
    expect(error).toBeUndefined();
    expect(whole).toBeLessThan(1e-6);
    const prunable = groups.filter(({ prunable: { ok } }) => ok);
    expect(prunable.map((group) => `${group.id} ${group.channels}`)).toEqual(expect.arrayContaining(some));
    expect(proofs.map((proof) => proof.id)).toEqual(prunable.map((group) => group.id));
    expect([...proofs, ...together].filter((proof) => !holds(proof))).toEqual([]);
    expect(together).toHaveLength(2);
  });

  it('of ShuffleNet leave the halves equal that its module cuts with chunk, so that it runs itself', async () => {
    const { groups, proofs, together } = await proofOf('shufflenet_v2_x1_0');
    const trunk = groups.find(({ id }) => id === 'stage4.0.branch1.2')!;
    expect(trunk).toMatchObject({ channels: 29, prunable: { ok: true } });
    expect(proofs.length).toBeGreaterThan(15);
    for (const proof of [...proofs, ...together]) {
      expect(holds(proof), proof.id).toBe(true);
      expect(proof.module, proof.id).toBeLessThanOrEqual(tolerance);
    }
    expect(together).toHaveLength(2);
  });

  it('would be found out if a parameter lost other channels than its neighbours', async () => {
    const { proofs } = await proofOf('vit_fused', (removal) => {
      const [[name, [[axis, gone]]]] = Object.entries(removal.slices) as [[string, [[number, number[]]]]];
      const [first, ...rest] = gone;
      let other = first!;
      while (gone.includes(other)) other++;
      return { ...removal, slices: { ...removal.slices, [name]: [[axis, [other, ...rest]]] } };
    });
    expect(proofs.length).toBeGreaterThan(0);
    for (const proof of proofs) expect(proof.off ?? Infinity).toBeGreaterThan(1e3 * tolerance);
  });
});
