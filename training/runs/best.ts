// Which of two checkpoints is the better one to hand on.
import { isBetterValue } from '../../core/runs/headline';
import type { BestCheckpoint } from '../../core/runs/run-record';

/** Densities closer than this are the same: rounding to whole groups moves them by less. */
const sameDensity = 1e-4;

/**
 * The sparser one: a dense checkpoint is nearly always the more accurate and never what the run was for. Among equally
 * sparse ones that of the better metric, and the earlier where those are equal.
 */
export function isBetter(candidate: BestCheckpoint, best: BestCheckpoint | undefined): boolean {
  if (!Number.isFinite(candidate.value)) return false;
  if (!best) return true;
  const denser = candidate.density - best.density;
  if (Math.abs(denser) > sameDensity) return denser < 0;
  // Of a run that an older Espalier began, by another metric: the two cannot be compared, and the newer is trained longer.
  if (candidate.metric !== best.metric) return true;
  return isBetterValue(candidate.metric, candidate.value, best.value);
}
