// What files made from a model are called: recipes beside it, exports of it.

/** `convnet.nm-magnitude.espalier.yaml`; what a model's name has beside letters, digits, `.`, `-` and `_` becomes `-`. */
export function modelFileName(model: string, method: string, ending: string): string {
  const safe = model.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  return `${safe === '' ? 'model' : safe.slice(0, 80)}.${method}.${ending}`;
}
