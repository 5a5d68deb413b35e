// How each framework names and lays out the parameters that the op table declares in PyTorch's way.
import type { ParamSpec } from './op';
import type { Attrs, AxisRole, Framework, GraphNode, Param } from './model-graph';
import { ops } from './ops/table';

interface Convention {
  /** What a role is called, per op where it differs. */
  name(op: string, role: string): string;
  /** The order of axes, as positions in the PyTorch layout. */
  order(op: string, spec: ParamSpec, depthwise: boolean): readonly number[];
  readonly separator: string;
}

const asIs = (spec: ParamSpec): readonly number[] => spec.shape.map((_, i) => i);

const torch: Convention = { name: (_, role) => role, order: (_, spec) => asIs(spec), separator: '.' };

const kerasNames: Readonly<Record<string, string>> = {
  'batchNorm2d.weight': 'gamma',
  'batchNorm2d.bias': 'beta',
  'layerNorm.weight': 'gamma',
  'layerNorm.bias': 'beta',
  'groupNorm.weight': 'gamma',
  'groupNorm.bias': 'beta',
  'rmsNorm.weight': 'scale',
  'embedding.weight': 'embeddings',
  'prelu.weight': 'alpha',
  'preluChannels.weight': 'alpha',
  running_mean: 'moving_mean',
  running_var: 'moving_variance',
  weight: 'kernel',
};

const keras: Convention = {
  name: (op, role) => kerasNames[`${op}.${role}`] ?? kerasNames[role] ?? role,
  order(op, spec, depthwise) {
    if (spec.role !== 'weight') return asIs(spec);
    // OIHW → HWIO; a depthwise kernel, whose I is 1, → HW(out)(1), Keras' height × width × channels × multiplier 1.
    const kernel = spec.shape.slice(2).map((_, i) => i + 2);
    if (/^conv\dd$/.test(op)) return depthwise ? [...kernel, 0, 1] : [...kernel, 1, 0];
    // Theirs is in × out × kernel, and comes out as kernel × out × in.
    if (op.startsWith('convTranspose')) return [...kernel, 1, 0];
    return op === 'linear' ? [1, 0] : asIs(spec);
  },
  separator: '/',
};

const conventions: Readonly<Record<Framework, Convention>> = {
  pytorch: torch,
  onnx: torch,
  yolo: torch,
  keras,
  tfjs: keras,
};

/** Whether every input channel has filters of its own; Keras lays such kernels out differently. */
export const isDepthwise = (op: string, { groups, inChannels }: Attrs): boolean =>
  /^conv(Transpose)?\dd$/.test(op) && groups === inChannels && groups !== 1;

/** What stands between the parts of a path: `layer1.conv` in PyTorch, `block/conv2d` in Keras. */
export const separatorOf = (framework: Framework): string => conventions[framework].separator;

/** The full name of a parameter of the module at a path. */
export const paramName = (framework: Framework, path: string, name: string): string =>
  path ? `${path}${conventions[framework].separator}${name}` : name;

/** The parameter that a framework would create for an op's spec at a module path. */
export function paramFor(
  framework: Framework,
  op: string,
  path: string,
  spec: ParamSpec,
  depthwise: boolean,
): Param {
  const convention = conventions[framework];
  const order = convention.order(op, spec, depthwise);
  const name = convention.name(op, spec.role);
  return {
    name: spec.name ?? paramName(framework, path, name),
    shape: order.map((axis) => spec.shape[axis]!),
    axes: order.map((axis): AxisRole => spec.axes[axis]!),
    dtype: spec.dtype ?? 'float32',
    trainable: spec.trainable ?? true,
    init: spec.init,
  };
}

/** For each axis of a parameter in PyTorch's layout, the axis of the framework's tensor that holds it. */
export function torchAxes(
  framework: Framework,
  op: string,
  spec: ParamSpec,
  depthwise: boolean,
): readonly number[] {
  const order = conventions[framework].order(op, spec, depthwise);
  return spec.shape.map((_, axis) => order.indexOf(axis));
}

/**
 * The axis of a node's parameter, in the framework's layout, that plays a role in this op; -1 where none does. A tensor
 * that two layers share (an embedding that is also the output's weight) plays another part in each.
 */
export function roleAxis(
  framework: Framework,
  { op, attrs }: GraphNode,
  param: string,
  role: AxisRole,
): number {
  const spec = ops
    .get(op)
    ?.params?.(attrs)
    .find((candidate) => candidate.role === param);
  const axis = spec?.axes.indexOf(role) ?? -1;
  return spec && axis >= 0 ? torchAxes(framework, op, spec, isDepthwise(op, attrs))[axis]! : -1;
}
