// A protocol is one interface of methods; these types derive the messages. No transport here: rooms bring their own.

/** An interface whose members are `(params) => result` (requests) or `(params) => void` (notifications). */
export type Methods<T> = { [K in keyof T]: (params: never) => unknown };
export type ParamsOf<T, K extends keyof T> = T[K] extends (params: infer P) => unknown ? P : never;
export type ResultOf<T, K extends keyof T> = T[K] extends (params: never) => infer R ? Awaited<R> : never;

/** Handlers for a protocol: same names, may be asynchronous, and learn of cancellation. */
export type Handlers<T, Token = unknown> = {
  [K in keyof T]: (params: ParamsOf<T, K>, token: Token) => ResultOf<T, K> | Promise<ResultOf<T, K>>;
};
