// Raw access to tensors in the WASM heap, for kernels written here.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../../tf';

export type Wasm = BackendWasm;
export type Info = tf.TensorInfo;

/**
 * The floats of a tensor, in place. Any allocation may grow the heap and detach earlier views,
 * so take views only after every output has been allocated.
 */
export const floats = (backend: Wasm, tensor: Info): Float32Array =>
  backend.typedArrayFromHeap(tensor) as Float32Array;

export const allocate = (backend: Wasm, shape: readonly number[]): Info =>
  backend.makeOutput([...shape], 'float32');

/** Frees scratch memory. */
export const free = (backend: Wasm, ...tensors: readonly Info[]): void => {
  for (const { dataId } of tensors) backend.disposeData(dataId);
};

export interface KernelCall {
  readonly backend: Wasm;
  readonly inputs: Readonly<Record<string, Info>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** Registers a kernel for the WASM backend, in place of the stock one where there is one. */
export function register(name: string, run: (call: KernelCall) => Info | Info[]): void {
  const stock = tf.getKernel(name, 'wasm');
  if (stock) tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({
    kernelName: name,
    backendName: 'wasm',
    // Kernels that wrap the stock one need it set up when the backend starts.
    ...(stock?.setupFunc ? { setupFunc: stock.setupFunc } : {}),
    kernelFunc: ({ inputs, attrs, backend }) =>
      run({
        backend: backend as Wasm,
        inputs: inputs as Record<string, Info>,
        attrs: attrs ?? {},
      }),
  });
}

/** Geometry of a 2-D convolution in NHWC, from the attributes that tf passes to the gradient kernels. */
export interface Geometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly top: number;
  readonly left: number;
}

export function geometry(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode, dilations }: Readonly<Record<string, unknown>>,
  depthwise = false,
): Geometry {
  const info = tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides as number,
    (dilations as number | undefined) ?? 1,
    pad as 'same',
    dimRoundingMode as 'floor' | undefined,
    depthwise,
  );
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}
