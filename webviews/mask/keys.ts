// What a key means over the matrix: a motion of the cursor, a pan or a zoom.

export type KeyAction =
  /** Cells to move by; infinite to the edge. */
  | { readonly kind: 'move'; readonly rows: number; readonly cols: number }
  /** Shares of the plot to pan by. */
  | { readonly kind: 'pan'; readonly rows: number; readonly cols: number }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'fit' }
  | { readonly kind: 'leave' };

export interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

export const zoomStep = 1.5;

const arrows: Readonly<Record<string, readonly [rows: number, cols: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** @param step cells that an arrow moves by: one, or as many as it takes to see the cursor move when zoomed out */
export function keyAction(
  { key, shiftKey, ctrlKey, altKey, metaKey }: Key,
  step: number,
): KeyAction | undefined {
  if (altKey || metaKey) return undefined;
  const arrow = arrows[key];
  if (arrow) {
    const [rows, cols] = arrow;
    if (shiftKey) return { kind: 'pan', rows: rows / 4, cols: cols / 4 };
    // Control moves single cells however far the view is zoomed out.
    const by = ctrlKey ? 1 : step;
    return { kind: 'move', rows: rows * by, cols: cols * by };
  }
  const far = Number.POSITIVE_INFINITY;
  if (key === 'Home') return { kind: 'move', rows: ctrlKey ? -far : 0, cols: -far };
  if (key === 'End') return { kind: 'move', rows: ctrlKey ? far : 0, cols: far };
  if (ctrlKey) return undefined;
  if (key === 'PageUp') return { kind: 'pan', rows: -0.9, cols: 0 };
  if (key === 'PageDown') return { kind: 'pan', rows: 0.9, cols: 0 };
  if (key === '+' || key === '=') return { kind: 'zoom', factor: zoomStep };
  if (key === '-' || key === '_') return { kind: 'zoom', factor: 1 / zoomStep };
  if (key === '0') return { kind: 'fit' };
  if (key === 'Escape') return { kind: 'leave' };
  return undefined;
}
