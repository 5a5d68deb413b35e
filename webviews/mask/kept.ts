// What the view kept of itself: checked, as it may come from another version or another run.
import type { MaskLayer } from '../../core/protocol/training-host';
import type { ColourMode } from './raster';
import type { Viewport } from './viewport';

export interface KeptView {
  readonly index: number;
  readonly mode: ColourMode;
  readonly view?: Viewport;
}

export function readKept(state: Readonly<Record<string, unknown>>, layers: readonly MaskLayer[]): KeptView {
  const found = layers.findIndex(({ param }) => param === state['param']);
  const mode = state['mode'] === 'weights' ? 'weights' : 'mask';
  const view = found >= 0 ? readViewport(state['viewport']) : undefined;
  // A layer that stayed dense says little: the first that was pruned is where to begin.
  const pruned = layers.findIndex(({ density }) => density < 1);
  return { index: found >= 0 ? found : Math.max(0, pruned), mode, ...(view ? { view } : {}) };
}

function readViewport(value: unknown): Viewport | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { x, y, scale } = value as Partial<Record<keyof Viewport, unknown>>;
  const fine = [x, y, scale].every((number) => typeof number === 'number' && Number.isFinite(number));
  return fine && (scale as number) > 0
    ? { x: x as number, y: y as number, scale: scale as number }
    : undefined;
}
