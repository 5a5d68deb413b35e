// A small residual Conv-BN-ReLU network in TensorFlow.js, for 28×28 grey images such as MNIST's.
import * as tf from '@tensorflow/tfjs';

function convBnRelu(x: tf.SymbolicTensor, filters: number, strides = 1): tf.SymbolicTensor {
  const conv = tf.layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', useBias: false });
  const norm = tf.layers.batchNormalization({ momentum: 0.9 });
  return tf.layers.reLU().apply(norm.apply(conv.apply(x))) as tf.SymbolicTensor;
}

function block(x: tf.SymbolicTensor, filters: number, strides: number): tf.SymbolicTensor {
  let shortcut = x;
  if (strides !== 1 || x.shape.at(-1) !== filters) {
    const project = tf.layers.conv2d({ filters, kernelSize: 1, strides, useBias: false });
    shortcut = tf.layers.batchNormalization({ momentum: 0.9 }).apply(project.apply(x)) as tf.SymbolicTensor;
  }
  const hidden = convBnRelu(x, filters, strides);
  const conv = tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false });
  const residual = tf.layers
    .batchNormalization({ momentum: 0.9 })
    .apply(conv.apply(hidden)) as tf.SymbolicTensor;
  return tf.layers.reLU().apply(tf.layers.add().apply([residual, shortcut])) as tf.SymbolicTensor;
}

export function convnet(widths = [16, 32, 64], classes = 10): tf.LayersModel {
  const image = tf.input({ shape: [28, 28, 1] });
  let x = convBnRelu(image, widths[0]!, 2);
  widths.forEach((filters, stage) => {
    x = block(x, filters, stage === 0 ? 1 : 2);
  });
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x);
  const logits = tf.layers.dense({ units: classes, name: 'head' }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: image, outputs: logits, name: 'convnet' });
}
