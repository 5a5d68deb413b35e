// What there is to see of the method: scales that stay and scales that go, growing apart.
import type { ParamName } from '../../../core/graph/model-graph';
import type { TensorData } from '../../../core/graph/tensor';
import type { MethodFacts } from '../../../core/runs/run-record';
import { counted, edges } from '../channels/histogram';

/**
 * @param scales by name. @param doomed 1 where the channel goes, by scale; without it nothing is decided yet.
 * @param iou of the mask with what the scales say at the cut, once it is known.
 */
export function gammaFacts(
  scales: ReadonlyMap<ParamName, TensorData>,
  doomed: ReadonlyMap<ParamName, Float32Array> | undefined,
  iou: number | undefined,
): MethodFacts {
  const [keep, prune]: [number[], number[]] = [[], []];
  for (const [name, { data }] of scales)
    data.forEach((value, i) => (doomed?.get(name)?.[i] === 1 ? prune : keep).push(Math.abs(value)));
  const agreed: Record<string, number> = iou === undefined ? {} : { 'mask IoU': iou };
  if (prune.length === 0)
    return {
      numbers: { 'mean |γ|: all': mean(keep), ...agreed },
      histograms: [{ of: '|γ|', edges, series: { all: counted(keep) } }],
    };
  return {
    numbers: {
      'mean |γ|: kept': mean(keep),
      'mean |γ|: doomed': mean(prune),
      'largest |γ|: doomed': prune.reduce((a, b) => Math.max(a, b), 0),
      ...agreed,
    },
    histograms: [{ of: '|γ|', edges, series: { keep: counted(keep), prune: counted(prune) } }],
  };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
