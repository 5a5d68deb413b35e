// Recurrent layers: LSTM, GRU and the plain RNN, several deep and in both directions.
import { whole } from '../attributes';
import type { Attrs } from '../model-graph';
import type { OpDef, ParamSpec } from '../op';
import { elements, formatShape, ShapeError } from '../shape';

/** Parameters are declared layer by layer, so there must not be a million. */
const maxLayers = 1000;

/**
 * attrs: `inputSize`, `hiddenSize`, `layers`, `bias`, `bidirectional`, `projSize` (0), `batchFirst`. Inputs: x, and maybe
 * the first state. Outputs: y, the last hidden state, and for an LSTM the last cell state. A barrier for coupling.
 */
const recurrent = (kind: string, gates: number): OpDef => ({
  kind,
  params: (attrs) => layersOf(attrs).flatMap(({ inputs, suffix }) => cell(attrs, gates, inputs, suffix)),
  shape([x], attrs) {
    const { input, hidden, layers, directions, out } = sizes(attrs);
    if (!x || (x.length !== 2 && x.length !== 3) || x.at(-1) !== input)
      throw new ShapeError(
        `${kind} expects ${input} features last but the input is ${x ? formatShape(x) : 'missing'}`,
      );
    const batch = x.length === 2 ? [] : [x[attrs['batchFirst'] === true ? 0 : 1]!];
    const state = (width: number) => [layers * directions, ...batch, width];
    const y = [...x.slice(0, -1), directions * out];
    return kind === 'lstm' ? [y, state(out), state(hidden)] : [y, state(out)];
  },
  macs({ inputs: [x], attrs }) {
    const { input, hidden, out, projected } = sizes(attrs);
    const steps = elements(x!) / input;
    const each = layersOf(attrs).map(
      ({ inputs }) => gates * hidden * (inputs + out) + (projected ? hidden * out : 0),
    );
    return steps * each.reduce((n, macs) => n + macs, 0);
  },
});

/** Each layer in each direction, in PyTorch's order. */
function layersOf(attrs: Attrs) {
  const { input, layers, directions, out } = sizes(attrs);
  return Array.from({ length: layers }, (_, layer) =>
    ['', '_reverse'].slice(0, directions).map((reverse) => ({
      inputs: layer === 0 ? input : directions * out,
      suffix: `_l${layer}${reverse}`,
    })),
  ).flat();
}

function cell(attrs: Attrs, gates: number, inputs: number, suffix: string): ParamSpec[] {
  const { hidden, out, projected } = sizes(attrs);
  const init = { kind: 'uniform', bound: 1 / Math.sqrt(hidden) } as const;
  const matrix = (role: string, rows: number, cols: number): ParamSpec => ({
    role: role + suffix,
    shape: [rows, cols],
    axes: ['other', 'other'],
    init,
  });
  const vector = (role: string): ParamSpec => ({
    role: role + suffix,
    shape: [gates * hidden],
    axes: ['other'],
    init,
  });
  return [
    matrix('weight_ih', gates * hidden, inputs),
    matrix('weight_hh', gates * hidden, out),
    ...(attrs['bias'] === false ? [] : [vector('bias_ih'), vector('bias_hh')]),
    ...(projected ? [matrix('weight_hr', out, hidden)] : []),
  ];
}

function sizes(attrs: Attrs) {
  const [hidden, layers] = [whole(attrs, 'hiddenSize'), whole(attrs, 'layers', 1, 1)];
  if (layers > maxLayers) throw new ShapeError(`${layers} recurrent layers are more than ${maxLayers}`);
  const projected = whole(attrs, 'projSize', 0, 0);
  const directions = attrs['bidirectional'] === true ? 2 : 1;
  return {
    input: whole(attrs, 'inputSize'),
    hidden,
    layers,
    directions,
    projected: projected > 0,
    out: projected || hidden,
  };
}

export const recurrents: readonly OpDef[] = [recurrent('lstm', 4), recurrent('gru', 3), recurrent('rnn', 1)];
