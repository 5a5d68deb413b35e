// Whether an error says that memory ran out: each device has its own words for it.

const words = [
  // TensorFlow: `OOM when allocating tensor with shape …`, `RESOURCE_EXHAUSTED`.
  /\bOOM\b/,
  /resource.?exhausted/i,
  // WebGPU, WebAssembly and V8.
  /out of memory/i,
  /memory access out of bounds/i,
  /array buffer allocation failed/i,
  /cannot enlarge memory/i,
  /invalid (typed )?array (buffer )?length/i,
];

export function isOutOfMemory(error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error);
  return words.some((word) => word.test(text));
}
