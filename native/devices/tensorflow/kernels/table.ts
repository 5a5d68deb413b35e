// What TensorFlow has fused and the package does not call. Adding a kernel is adding a file and a line here.
import { tf } from '../../../tf';
import { batchNormGrad, batchNormTrain } from './batch-norm';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './convolution';
import type { Info, KernelCall, TensorFlowBackend } from './execute';
import { masked } from './masked';
import { reluGrad } from './relu-grad';

const kernels: Readonly<Record<string, (call: KernelCall) => Info | Info[]>> = {
  [tf.Conv2DBackpropInput]: conv2dBackpropInput,
  [tf.Conv2DBackpropFilter]: conv2dBackpropFilter,
  // Ours; native/kernels calls them where they exist.
  EspalierConv2D: conv2d,
  EspalierBatchNormTrain: batchNormTrain,
  EspalierBatchNormGrad: batchNormGrad,
  EspalierReluGrad: reluGrad,
  EspalierMasked: masked,
};

export function registerTensorFlowKernels(): void {
  for (const [kernelName, run] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, 'tensorflow')) tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({
      kernelName,
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, attrs, backend }) =>
        run({
          backend: backend as TensorFlowBackend,
          inputs: inputs as Record<string, Info>,
          attrs: attrs ?? {},
        }),
    });
  }
}
