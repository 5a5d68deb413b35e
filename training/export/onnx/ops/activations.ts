// Activations in ONNX's words; those that opset 17 lacks are spelt out, in the form that runtimes fuse.
import { channelAxis } from '../../../../core/graph/op';
import { elementwise, longs, type OnnxOp } from '../op';

const plain = (op: string): OnnxOp => elementwise((c, x) => c.emit(op, [x]));
/** Slopes of channels, brought to where the channels stand. */
const prelu: OnnxOp = (c) => {
  const form = c.cheapForm();
  const rank = c.inputShape(0).length;
  const axis = c.axis(channelAxis(rank, c.layout), form);
  const after = Array.from({ length: rank - 1 - axis }, () => 1);
  const slopes = c.param('weight');
  const isOne = c.attrs['count'] === 1 || after.length === 0;
  const placed = isOne ? slopes : c.emit('Reshape', [slopes, c.constant(longs([-1, ...after]))]);
  return { name: c.emit('PRelu', [c.input(0, form), placed]), form };
};

const alpha = (op: string, attr: string): OnnxOp =>
  elementwise((c, x) => c.emit(op, [x], { alpha: { float: Number(c.attrs[attr]) } }));

/** x · ½ · (1 + erf(x / √2)); Gelu itself came with opset 20. */
const exactGelu: OnnxOp = elementwise((c, x) => {
  const erf = c.emit('Erf', [c.emit('Div', [x, c.scalar(Math.SQRT2)])]);
  return c.emit('Mul', [c.emit('Mul', [x, c.emit('Add', [erf, c.scalar(1)])]), c.scalar(0.5)]);
});

/** ½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))), Hendrycks & Gimpel 2016. */
const tanhGelu: OnnxOp = elementwise((c, x) => {
  const cubed = c.emit('Pow', [x, c.scalar(3)]);
  const inner = c.emit('Add', [x, c.emit('Mul', [cubed, c.scalar(0.044715)])]);
  const tanh = c.emit('Tanh', [c.emit('Mul', [inner, c.scalar(Math.sqrt(2 / Math.PI))])]);
  return c.emit('Mul', [c.emit('Mul', [x, c.emit('Add', [tanh, c.scalar(1)])]), c.scalar(0.5)]);
});

/** Zero within λ; beyond it x, or what of x is beyond it. */
const shrink = (share: number): OnnxOp =>
  elementwise((c, x) => {
    const lambda = Number(c.attrs['lambda']);
    return c.emit('Shrink', [x], { lambd: { float: lambda }, bias: { float: share * lambda } });
  });

const softmax =
  (op: string): OnnxOp =>
  (c) => {
    const form = c.cheapForm();
    const axis = c.axis(Number(c.attrs['axis']), form);
    return { name: c.emit(op, [c.input(0, form)], { axis: { int: axis } }), form };
  };

export const activations: Readonly<Record<string, OnnxOp>> = {
  relu: plain('Relu'),
  relu6: elementwise((c, x) => c.emit('Clip', [x, c.scalar(0), c.scalar(6)])),
  leakyRelu: alpha('LeakyRelu', 'slope'),
  elu: alpha('Elu', 'alpha'),
  gelu: (c) => (c.attrs['approximate'] === 'tanh' ? tanhGelu : exactGelu)(c),
  silu: elementwise((c, x) => c.emit('Mul', [x, c.emit('Sigmoid', [x])])),
  // Mish itself came with opset 18.
  mish: elementwise((c, x) => c.emit('Mul', [x, c.emit('Tanh', [c.emit('Softplus', [x])])])),
  sigmoid: plain('Sigmoid'),
  hardSigmoid: elementwise((c, x) =>
    c.emit('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  ),
  hardSwish: plain('HardSwish'),
  tanh: plain('Tanh'),
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  selu: plain('Selu'),
  celu: alpha('Celu', 'alpha'),
  logSigmoid: elementwise((c, x) => c.emit('Neg', [c.emit('Softplus', [c.emit('Neg', [x])])])),
  tanhshrink: elementwise((c, x) => c.emit('Sub', [x, c.emit('Tanh', [x])])),
  hardshrink: shrink(0),
  softshrink: shrink(1),
  threshold: elementwise((c, x) => {
    const beyond = c.emit('Greater', [x, c.scalar(Number(c.attrs['threshold']))]);
    return c.emit('Where', [beyond, x, c.scalar(Number(c.attrs['value']))]);
  }),
  prelu,
  softmax: softmax('Softmax'),
  logSoftmax: softmax('LogSoftmax'),
};
