// Picks positions by index: gather, indexSelect, advanced indexing, and lookup in a table of embeddings.
import { dims, only, whole } from '../attributes';
import { int, type OpDef } from '../op';
import { axisOf, formatShape, ShapeError } from '../shape';

/** attrs: `axis`. Inputs: x, positions. The output is as large as the positions. A barrier for coupling. */
const gather: OpDef = {
  kind: 'gather',
  shape([given, index], attrs) {
    const x = only(given, 'gather');
    axisOf(int(attrs, 'axis'), x.length);
    if (index?.length !== x.length)
      throw new ShapeError(
        `cannot gather from ${formatShape(x)} at ${index ? formatShape(index) : 'nothing'}`,
      );
    return [index];
  },
  dtypes: ([dtype = 'float32']) => [dtype],
};

/** attrs: `axis`, `count`, how many positions are picked, `index` where they are known. Inputs: x, and else the positions. */
const indexSelect: OpDef = {
  kind: 'indexSelect',
  couple: 'index',
  shape([given], attrs) {
    const [x, count] = [only(given, 'indexSelect'), whole(attrs, 'count', 0)];
    const axis = axisOf(int(attrs, 'axis'), x.length);
    return [x.map((dim, i) => (i === axis ? count : dim))];
  },
  dtypes: ([dtype = 'float32']) => [dtype],
};

/**
 * attrs: `shape`, of the output; `axis`, where one tensor of positions picks along that axis and its own axes take its
 * place (`table[index]` is axis 0), or `axes`, one for each tensor of positions. Inputs: x, and these.
 */
const index: OpDef = {
  kind: 'index',
  couple: 'index',
  shape([given], attrs) {
    const [x, y] = [only(given, 'index'), dims(attrs, 'shape')];
    if (attrs['axis'] === undefined || attrs['axis'] === null) return [y];
    const axis = axisOf(int(attrs, 'axis'), x.length);
    const rest = [...x.slice(0, axis), ...x.slice(axis + 1)];
    if (y.length < rest.length)
      throw new ShapeError(`picking from axis ${axis} of ${formatShape(x)} cannot leave ${formatShape(y)}`);
    return [y];
  },
  dtypes: ([dtype = 'float32']) => [dtype],
};

/** attrs: `count`, `features`. Input: positions of any shape. Weight: count × features. */
const embedding: OpDef = {
  kind: 'embedding',
  couple: 'embedding',
  params: (attrs) => [
    {
      role: 'weight',
      shape: [whole(attrs, 'count'), whole(attrs, 'features')],
      axes: ['other', 'out'],
      init: { kind: 'normal', std: 1 },
    },
  ],
  shape: ([x], attrs) => [[...only(x, 'embedding'), whole(attrs, 'features')]],
  dtypes: () => ['float32'],
};

export const indexings: readonly OpDef[] = [gather, indexSelect, index, embedding];
