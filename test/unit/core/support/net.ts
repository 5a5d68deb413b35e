// Shorthand for graphs in tests: layers whose attributes follow from their input.
import { GraphBuilder } from '../../../../core/graph/builder';
import type { Attrs, Framework, ModelGraph } from '../../../../core/graph/model-graph';
import { channelAxis } from '../../../../core/graph/op';
import { type Shape, N } from '../../../../core/graph/shape';

export class Net {
  readonly builder: GraphBuilder;

  constructor(readonly framework: Framework = 'pytorch') {
    this.builder = new GraphBuilder(framework);
  }

  shape(x: string): Shape {
    return this.builder.shapeOf(x);
  }

  channels(x: string): number {
    const shape = this.shape(x);
    return Number(shape[channelAxis(shape.length, this.builder.layout)]);
  }

  image(channels = 3, size = 8): string {
    return this.input(this.builder.layout === 'NCHW' ? [N, channels, size, size] : [N, size, size, channels]);
  }

  input(shape: Shape): string {
    return this.builder.input(shape);
  }

  op(kind: string, inputs: readonly string[], attrs: Attrs = {}, path = ''): string {
    return this.builder.add(kind, inputs, attrs, { path })[0]!;
  }

  /** 3×3, same size, no bias, unless said otherwise. */
  conv(x: string, out: number, path: string, extra: Attrs = {}): string {
    const inChannels = this.channels(x);
    const plain = { kernel: 3, stride: 1, padding: 1, dilation: 1, groups: 1, bias: false };
    return this.op('conv2d', [x], { inChannels, outChannels: out, ...plain, ...extra }, path);
  }

  /** 1×1. */
  project(x: string, out: number, path: string, extra: Attrs = {}): string {
    return this.conv(x, out, path, { kernel: 1, padding: 0, ...extra });
  }

  linear(x: string, out: number, path: string): string {
    const inFeatures = Number(this.shape(x).at(-1));
    return this.op('linear', [x], { inFeatures, outFeatures: out, bias: true }, path);
  }

  norm(x: string, path: string): string {
    const attrs = { features: this.channels(x), eps: 1e-5, momentum: 0.1, affine: true };
    return this.op('batchNorm2d', [x], attrs, path);
  }

  relu(x: string): string {
    return this.op('relu', [x]);
  }

  add(a: string, b: string): string {
    return this.op('add', [a, b]);
  }

  concat(...xs: string[]): string {
    const rank = this.shape(xs[0]!).length;
    return this.op('concat', xs, { axis: channelAxis(rank, this.builder.layout) });
  }

  flatten(x: string): string {
    return this.op('flatten', [x], { start: 1, end: -1 });
  }

  /** Mean over height and width. */
  pool(x: string, keepDims = false): string {
    return this.op('mean', [x], { axes: this.builder.layout === 'NCHW' ? [2, 3] : [1, 2], keepDims });
  }

  finish(...outputs: string[]): ModelGraph {
    return this.builder.finish('net', outputs);
  }
}
