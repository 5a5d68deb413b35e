// The stand-ins' requests as they come through the channel: JSON that any file could have written, so checked.
import type { Dim, Shape } from '../../../core/graph/shape';
import { ShapeError } from '../../../core/graph/shape';

/** What the stand-ins may ask. Each takes a JSON object and answers with JSON. */
export interface Requests {
  job(): unknown;
  module(request: Record<string, unknown>): unknown;
  distribution(request: Record<string, unknown>): unknown;
  uses(request: Record<string, unknown>): unknown;
  ops(): unknown;
  params(request: Record<string, unknown>): unknown;
  shape(request: Record<string, unknown>): unknown;
  graph(request: Record<string, unknown>): unknown;
  problem(request: Record<string, unknown>): unknown;
  imported(request: Record<string, unknown>): unknown;
  interrupted(): unknown;
}

const names: ReadonlySet<string> = new Set<keyof Requests>([
  'job',
  'module',
  'distribution',
  'uses',
  'ops',
  'params',
  'shape',
  'graph',
  'problem',
  'imported',
  'interrupted',
]);

/** A request that no stand-in makes. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

/** `{"ok": …}`, or `{"error": message, "kind": "shape" | "request"}`. Never throws. */
export function answerRequest(requests: Requests | undefined, message: string): string {
  try {
    const request = JSON.parse(message) as Record<string, unknown>;
    const name = text(request, 'do');
    if (!requests || !names.has(name)) throw new RequestError(`no request ${name}`);
    return JSON.stringify({ ok: requests[name as keyof Requests](request) ?? null });
  } catch (error) {
    const kind = error instanceof ShapeError ? 'shape' : 'request';
    return JSON.stringify({ error: error instanceof Error ? error.message : String(error), kind });
  }
}

export function text(request: Record<string, unknown>, key: string): string {
  const value = request[key];
  if (typeof value === 'string') return value;
  throw new RequestError(`${key} is not a string`);
}

export function readShape(value: unknown): Shape {
  if (!Array.isArray(value)) throw new RequestError('a shape is not a list');
  return value.map(readDim);
}

function readDim(value: unknown): Dim {
  const size: unknown = typeof value === 'object' && value ? (value as { batch?: unknown }).batch : value;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) {
    throw new ShapeError(`${JSON.stringify(value)} is not the size of a dimension`);
  }
  return typeof value === 'number' ? value : { batch: size };
}
