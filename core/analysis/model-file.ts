// What the view of a model file shows: one row a layer, small enough to be sent, with nothing left to look up.
import { modelLine } from './format';
import type { LayerReport, ModelReport, PatternFit } from './report';
import { formatShape } from '../graph/shape';
import { isTwoFour } from '../sparsity/value-facts';

export interface ModelFileModel {
  readonly name: string;
  /** `272,474 parameters · 81.1 MFLOPs · …`. */
  readonly line: string;
  readonly notes: readonly string[];
  /** Whether the file says what is computed; a file of weights alone does not. */
  readonly isComputed: boolean;
  readonly rows: readonly ModelFileRow[];
}

export interface ModelFileRow {
  readonly path: string;
  readonly op: string;
  /** What the layer gives, as people read it; empty where nothing is computed. */
  readonly output: string;
  readonly weight: readonly number[];
  /** As the file stores the weight; empty where it is not stored. */
  readonly dtype: string;
  readonly bytes: number;
  readonly params: number;
  readonly paramShare: number;
  readonly flops: number;
  readonly flopShare: number;
  /** Absent until the values have been read. */
  readonly values?: {
    /** Share of zeros, 0 … 1. */
    readonly zeros: number;
    /** Share of the groups of four that have two zeros or more; absent where there are no such groups. */
    readonly groups?: number;
    readonly isTwoFour: boolean;
    readonly zeroChannels: number;
  };
  /** Absent for layers without a matrix. */
  readonly twoFour?: PatternFit;
  readonly channel?: PatternFit;
  /** Channels that go together, and how many tensors they lie in. */
  readonly group?: { readonly channels: number; readonly members: number };
}

export function modelFileModel(report: ModelReport): ModelFileModel {
  const groups = new Map(report.groups.map((group) => [group.id, group]));
  const rows = report.layers.map((layer): ModelFileRow => {
    const pattern = (id: string) => layer.patterns.find((entry) => entry.pattern === id);
    const channel = pattern('channel');
    const group = groups.get(channel?.group ?? '');
    const twoFour = pattern('2:4');
    return {
      path: layer.path || layer.op,
      op: layer.op,
      output: layer.output.length > 0 ? formatShape(layer.output) : '',
      weight: layer.weight,
      dtype: layer.stored?.dtype ?? '',
      bytes: layer.stored?.bytes ?? 0,
      ...{ params: layer.params, paramShare: layer.paramShare },
      ...{ flops: layer.flops, flopShare: layer.flopShare },
      ...valuesOf(layer),
      ...(twoFour ? { twoFour } : {}),
      ...(channel ? { channel } : {}),
      ...(group ? { group: { channels: group.channels, members: group.members.length } } : {}),
    };
  });
  const isComputed = report.graph.nodes.length > 0;
  return { name: report.graph.name, line: modelLine(report), notes: report.notes, isComputed, rows };
}

function valuesOf({ stored }: LayerReport): Pick<ModelFileRow, 'values'> {
  const values = stored?.values;
  if (!values || values.elements === 0) return {};
  const { zeros, elements, groups, zeroOutputs = 0 } = values;
  return {
    values: {
      zeros: zeros / elements,
      ...(groups ? { groups: groups.sparse / groups.all } : {}),
      isTwoFour: isTwoFour(values),
      zeroChannels: zeroOutputs,
    },
  };
}
