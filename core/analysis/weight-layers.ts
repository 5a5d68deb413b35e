// What can be said of a model of which only the weights are known: modules as their names tell them, matrices by shape.
import { sizeOf } from '../graph/cost';
import type { ModelGraph, Param, ParamName } from '../graph/model-graph';
import { misfit } from '../sparsity/fit';
import type { WeightMatrix } from '../sparsity/pattern';
import { patterns } from '../sparsity/patterns/table';
import type { LayerReport, PatternFit } from './report';
import type { WeightFacts } from './weight-facts';

/** One row for each module that owns parameters: `layer1.0.conv1` for `layer1.0.conv1.weight` and its bias. */
export function weightLayers(graph: ModelGraph, stored: ReadonlyMap<ParamName, WeightFacts>): LayerReport[] {
  const owners = new Map<string, Param[]>();
  for (const param of Object.values(graph.params)) {
    const owner = ownerOf(param.name);
    const own = owners.get(owner);
    if (own) own.push(param);
    else owners.set(owner, [param]);
  }
  const trained = (params: readonly Param[]) =>
    params.reduce((n, param) => n + (param.trainable ? sizeOf(param) : 0), 0);
  const total = trained(Object.values(graph.params));
  return [...owners].map(([path, params]): LayerReport => {
    const main = params.reduce((best, param) => (weightiness(param) > weightiness(best) ? param : best));
    const facts = stored.get(main.name);
    const count = trained(params);
    return {
      path,
      node: '',
      op: 'weights',
      params: count,
      paramShare: total > 0 ? count / total : 0,
      flops: 0,
      flopShare: 0,
      input: [],
      output: [],
      weight: main.shape,
      patterns: main.trainable ? fitsByShape(main) : [],
      source: [],
      ...(facts ? { stored: facts } : {}),
    };
  });
}

/** A layer is known by its weight: trained, of the most dimensions, and called so where it is a vector. */
const weightiness = ({ trainable, shape, name }: Param): number =>
  (trainable ? 100 : 0) + shape.length + (/(weight|kernel|gamma)$/.test(name) ? 0.5 : 0);

const ownerOf = (name: ParamName): string => name.replace(/[./][^./]*$/, '');

function fitsByShape(param: Param): PatternFit[] {
  const matrix = matrixOf(param);
  if (!matrix) return [];
  return [...patterns.values()].map((pattern) => ({
    pattern: pattern.id,
    label: pattern.label,
    fit:
      pattern.kind === 'weight'
        ? pattern.fits(matrix)
        : misfit('a file of weights does not say which channels belong together: open the model’s code'),
  }));
}

/** Outputs × (kernel positions, inputs), by what the axes mean. */
function matrixOf({ shape, axes }: Param): WeightMatrix | undefined {
  const [rows, inputs] = [shape[axes.indexOf('out')], shape[axes.indexOf('in')]];
  if (rows === undefined || inputs === undefined) return undefined;
  const kernel = shape.filter((_, i) => axes[i] !== 'out' && axes[i] !== 'in');
  const reduction = [...kernel, inputs];
  return { rows, cols: reduction.reduce((n, dim) => n * dim, 1), reduction };
}

/** Bytes of the trainable parameters as the file stores them. */
export const storedBytes = ({ params }: ModelGraph, weights: readonly WeightFacts[]): number =>
  weights.reduce((n, { name, bytes }) => n + (params[name]?.trainable ? bytes : 0), 0);

export function zerosOf({ params }: ModelGraph, weights: readonly WeightFacts[]) {
  const known = weights.flatMap(({ name, values }) => (values && params[name]?.trainable ? [values] : []));
  if (known.length === 0) return {};
  const sum = (count: (values: (typeof known)[number]) => number) =>
    known.reduce((n, one) => n + count(one), 0);
  return { zeros: { zeros: sum(({ zeros }) => zeros), of: sum(({ elements }) => elements) } };
}
