// What a point of the metrics is called in TensorBoard and MLflow: `loss/train`, `accuracy/test`, `density/stem.conv`.
import type { MetricPoint } from '../../../core/runs/run-record';

export function scalarsOf(point: MetricPoint): Record<string, number> {
  const { loss, trainAccuracy, testAccuracy, metrics = {}, density, layerDensity = {}, learningRate } = point;
  const named: Readonly<Record<string, number | undefined>> = {
    'loss/train': loss,
    'accuracy/train': trainAccuracy,
    'accuracy/test': testAccuracy,
    density,
    learning_rate: learningRate,
    ...Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${name}/test`, value])),
    ...Object.fromEntries(Object.entries(layerDensity).map(([path, share]) => [`density/${path}`, share])),
  };
  return Object.fromEntries(
    Object.entries(named).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
