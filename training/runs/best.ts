// Which of two checkpoints is the better one to hand on.
import type { BestCheckpoint } from '../../core/runs/run-record';

/** Densities closer than this are the same: rounding to whole groups moves them by less. */
const sameDensity = 1e-4;

/**
 * The sparser one: a dense checkpoint is nearly always the more accurate and never what the run was for. Among equally
 * sparse ones that of the higher metric, and the earlier where those are equal.
 */
export function isBetter(candidate: BestCheckpoint, best: BestCheckpoint | undefined): boolean {
  if (!Number.isFinite(candidate.value)) return false;
  if (!best || candidate.metric !== best.metric) return true;
  const denser = candidate.density - best.density;
  if (Math.abs(denser) > sameDensity) return denser < 0;
  return candidate.value > best.value;
}
