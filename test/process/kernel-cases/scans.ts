// Selective scans: shorter and longer than what is taken together, of one step, and with states that vanish at once.
import { N } from '../../../core/graph/shape';
import { given, type KernelCase } from './case';

const scan = (length: number, decay: readonly [number, number] = [-2, -0.1], width = 6, states = 5) =>
  given('selectiveScan', `selective_scan(x, y, z, w, v)  # ${length} steps`, {}, [
    [N, width, length],
    { shape: [N, width, length], low: 0, high: 1 },
    { shape: [width, states], low: decay[0], high: decay[1] },
    [N, states, length],
    [N, states, length],
  ]);

export const scanCases: readonly KernelCase[] = [
  scan(1),
  scan(2),
  scan(13),
  scan(32),
  scan(33),
  scan(75, [-0.05, 0]),
  scan(512, [-1, -0.01], 3, 4),
  scan(40, [-400, -50]),
  scan(20, [-1, 0.2]),
  scan(9, [-1, 0], 1, 1),
];
