// Calls TensorFlow's ops by name, for kernels of our own on its backend.
import { tf } from '../../../tf';

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
    readonly TF_UINT8: number;
    readonly TF_BOOL: number;
  };
  readonly isUsingGpuDevice: boolean;
  executeMultipleOutputs(name: string, attrs: readonly object[], inputs: readonly Info[], n: number): Info[];
  disposeData(dataId: object, force?: boolean): boolean;
}

/** Lists are of integers; a lone number is a float, unless it is said to be whole. */
export type Attr =
  string | boolean | number | readonly number[] | { readonly whole: number } | { readonly type: TypeName };
export type TypeName = 'TF_FLOAT' | 'TF_INT32' | 'TF_UINT8' | 'TF_BOOL';

/** Runs an op, on floats unless its `T` is among the attributes; `T: null` where an op has none. */
export function execute(
  backend: TensorFlowBackend,
  name: string,
  inputs: readonly Info[],
  attrs: Readonly<Record<string, Attr | null>> = {},
  outputs = 1,
): Info[] {
  const { binding } = backend;
  const all = Object.entries({ T: { type: 'TF_FLOAT' } as const, ...attrs }).flatMap(([name, value]) =>
    value === null ? [] : [{ name, ...said(value) }],
  );
  return backend.executeMultipleOutputs(name, all, inputs, outputs);

  function said(value: Attr): { type: number; value: unknown } {
    if (typeof value === 'string') return { type: binding.TF_ATTR_STRING, value };
    if (typeof value === 'boolean') return { type: binding.TF_ATTR_BOOL, value };
    if (typeof value === 'number') return { type: binding.TF_ATTR_FLOAT, value };
    if ('type' in value) return { type: binding.TF_ATTR_TYPE, value: binding[value.type] };
    return { type: binding.TF_ATTR_INT, value: 'whole' in value ? value.whole : value };
  }
}

/** The same elements; the caller frees both. @param type of them, where it is not float. */
export function reshape(
  backend: TensorFlowBackend,
  x: Info,
  shape: readonly number[],
  type: { readonly T?: Attr } = {},
): Info {
  const sizes = tf.tensor1d([...shape], 'int32');
  const [y] = execute(backend, 'Reshape', [x, sizes], type) as [Info];
  sizes.dispose();
  return y;
}

/** Frees what an op gave on the way to a result. */
export function free(backend: TensorFlowBackend, ...tensors: readonly Info[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}
