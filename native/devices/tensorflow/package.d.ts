// The two modules of @tensorflow/tfjs-node-gpu that we bundle, from its TypeScript sources: its built files are of an
// age that cannot extend today's classes.
declare module '@tensorflow/tfjs-node-gpu/src/nodejs_kernel_backend' {
  /** tf's backend around a native binding. */
  export const NodeJSKernelBackend: new (
    binding: unknown,
    packageName: string,
  ) => { readonly isUsingGpuDevice?: boolean };
}
declare module '@tensorflow/tfjs-node-gpu/src/register_all_kernels';
