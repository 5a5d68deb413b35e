// The part of WebAssembly that is used here; the compiler has its types only together with those of browsers.

export type Run = (...args: readonly number[]) => void;

interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, Run>> };
  validate(bytes: Uint8Array): boolean;
}

export const engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;
