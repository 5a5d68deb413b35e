// What webviews and the extension say to each other. The view pulls; the extension owns the truth.
import type { ModelFileModel } from '../analysis/model-file';
import type { LatencyReport } from '../runs/latency-report';
import type { MetricPoint, RunRecord } from '../runs/run-record';
import type { MaskLayer, MaskPage, RunProgress } from './training-host';

/** Asked by any view of the extension. */
export interface ViewRequests {
  /** First message of every view; answers with what it shows. */
  'view/ready': (params: Record<string, never>) => ViewState;
  /** Mask view: a window of one layer. */
  'masks/page': (params: {
    readonly param: string;
    readonly row: number;
    readonly col: number;
    readonly rows: number;
    readonly cols: number;
    readonly stride: number;
  }) => MaskPage;
  /** Run view: metrics from a line on, after the view was hidden. */
  'run/metrics': (params: { readonly from: number }) => MetricPoint[];
  /** Run view: the buttons. */
  'run/stop': (params: Record<string, never>) => void;
  'run/resume': (params: Record<string, never>) => void;
  /** Any view: open a sibling view of the same run. */
  'view/open': (params: { readonly view: ViewKind }) => void;
  /** Latency view: measure (again) on an engine. */
  'latency/measure': (params: { readonly engine: string }) => LatencyReport;
}

/** Asked by the view of a model file, which belongs to no run. */
export interface ModelFileRequests extends Pick<ViewRequests, 'view/ready'> {
  /** Reads all values; progress is told meanwhile. */
  'modelFile/measure': (params: Record<string, never>) => readonly ModelFileModel[];
}

export interface ModelFileNotifications {
  /** Bytes. */
  'modelFile/progress': (params: { readonly done: number; readonly of: number }) => void;
}

/** Told by the extension to a visible view. */
export interface ViewNotifications {
  'run/progress': (params: RunProgress) => void;
  'run/ended': (params: { readonly record: RunRecord }) => void;
  'latency/progress': (params: { readonly done: number; readonly of: number; readonly what: string }) => void;
}

/** Views of a run, or of several, which live in panels. */
export type ViewKind = 'mask' | 'latency' | 'run' | 'compare';
/** Every page there is: those, and the editor of model files. */
export type PageKind = ViewKind | 'model-file';

/** What a view keeps with `setState` (it may keep more beside it), so that its panel comes back after a reload. */
export interface KeptState {
  /** The run folder, or several with line breaks between them, as `view/ready` answered it. */
  readonly folder: string;
}

/** `folder` is the run's, and what the view keeps: see {@link KeptState}. */
export type ViewState = Partial<KeptState> & ShownState;

export type ShownState =
  | { readonly view: 'mask'; readonly title: string; readonly layers: readonly MaskLayer[] }
  | {
      readonly view: 'latency';
      readonly title: string;
      readonly report: LatencyReport | null;
      readonly engines: readonly { readonly id: string; readonly name: string }[];
    }
  | {
      readonly view: 'run';
      readonly title: string;
      readonly record: RunRecord;
      readonly metrics: readonly MetricPoint[];
    }
  | { readonly view: 'compare'; readonly title: string; readonly runs: readonly RunToCompare[] }
  | {
      readonly view: 'model-file';
      readonly title: string;
      readonly models: readonly ModelFileModel[];
    };

export interface RunToCompare {
  readonly record: RunRecord;
  readonly metrics: readonly MetricPoint[];
  readonly latency: LatencyReport | null;
}
