// Activations in ONNX's words; those that opset 17 lacks are spelt out, in the form that runtimes fuse.
import { elementwise, type OnnxOp } from '../op';

const plain = (op: string): OnnxOp => elementwise((c, x) => c.emit(op, [x]));
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
  softmax: softmax('Softmax'),
  logSoftmax: softmax('LogSoftmax'),
};
