// What a recipe file is called.

/** `convnet.nm-magnitude.espalier.yaml`; what a model's name has beside letters, digits, `.`, `-` and `_` becomes `-`. */
export function recipeName(model: string, method: string): string {
  const safe = model.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  return `${safe === '' ? 'model' : safe.slice(0, 80)}.${method}.espalier.yaml`;
}
