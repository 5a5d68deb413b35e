// Everything the WASM backend lacks, or does slowly, for training. Adding a kernel is adding a file and a line here.
import { tf } from '../../tf';
import { adamStep } from './adam';
import { batchNormGrad, batchNormTrain } from './batch-norm';
import { conv2dBackpropFilter } from './conv2d-backprop-filter';
import { conv2dBackpropInput } from './conv2d-backprop-input';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-backprop';
import { register } from './heap';
import { conv2d } from './conv2d';
import { identity } from './identity';
import { batchMatMul } from './mat-mul';
import { masked } from './masked';
import { avgPoolGrad, maxPoolGrad } from './pool-grad';
import { reluGrad } from './relu-grad';
import { unsortedSegmentSum } from './unsorted-segment-sum';

const kernels = {
  [tf.Conv2DBackpropFilter]: conv2dBackpropFilter,
  [tf.Conv2DBackpropInput]: conv2dBackpropInput,
  [tf.DepthwiseConv2dNativeBackpropFilter]: depthwiseBackpropFilter,
  [tf.DepthwiseConv2dNativeBackpropInput]: depthwiseBackpropInput,
  [tf.BatchMatMul]: batchMatMul,
  [tf.Identity]: identity,
  [tf.MaxPoolGrad]: maxPoolGrad,
  [tf.AvgPoolGrad]: avgPoolGrad,
  [tf.UnsortedSegmentSum]: unsortedSegmentSum,
  // Ours; native/kernels calls them where they exist.
  EspalierConv2D: conv2d,
  EspalierBatchNormTrain: batchNormTrain,
  EspalierBatchNormGrad: batchNormGrad,
  EspalierReluGrad: reluGrad,
  EspalierAdam: adamStep,
  EspalierMasked: masked,
};

let registered = false;

export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  for (const [name, run] of Object.entries(kernels)) register(name, run);
}
