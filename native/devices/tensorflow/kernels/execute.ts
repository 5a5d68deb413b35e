// Calls TensorFlow's ops by name, for kernels of our own on its backend.
import type { tf } from '../../../tf';

export type Info = tf.TensorInfo;

export interface KernelCall {
  readonly backend: TensorFlowBackend;
  readonly inputs: Readonly<Record<string, Info>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** What the package's backend offers to kernels; the numbers say which kind of attribute one is. */
export interface TensorFlowBackend {
  readonly binding: Readonly<Record<`TF_ATTR_${'FLOAT' | 'INT' | 'BOOL' | 'STRING' | 'TYPE'}`, number>> & {
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
  };
  readonly isUsingGpuDevice: boolean;
  executeMultipleOutputs(name: string, attrs: readonly object[], inputs: readonly Info[], n: number): Info[];
  disposeData(dataId: object, force?: boolean): boolean;
}

/** Integers come as lists; a lone number is a float. */
export type Attr = string | boolean | number | readonly number[];

/** Runs an op, on floats unless said: its `T`. */
export function execute(
  backend: TensorFlowBackend,
  name: string,
  inputs: readonly Info[],
  attrs: Readonly<Record<string, Attr>> = {},
  outputs = 1,
  type = backend.binding.TF_FLOAT,
): Info[] {
  const { binding } = backend;
  const all = [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: type },
    ...Object.entries(attrs).map(([key, value]) => ({ name: key, type: typeOf(value), value })),
  ];
  return backend.executeMultipleOutputs(name, all, inputs, outputs);

  function typeOf(value: Attr): number {
    if (typeof value === 'string') return binding.TF_ATTR_STRING;
    if (typeof value === 'boolean') return binding.TF_ATTR_BOOL;
    return typeof value === 'number' ? binding.TF_ATTR_FLOAT : binding.TF_ATTR_INT;
  }
}

/** Frees what an op gave on the way to a result. */
export function free(backend: TensorFlowBackend, ...tensors: readonly Info[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}
