// Progress a few times a second at most; what people wait for (accuracy, a new phase) is never held back.
import type { RunProgress } from '../../core/protocol/training-host';

type Progress = Omit<RunProgress, 'folder'>;

const everyMs = 250;

export function throttle(tell: (progress: Progress) => void): (progress: Progress) => void {
  let last = -Infinity;
  let phase: string | undefined;
  return (progress) => {
    const now = performance.now();
    const isNews = progress.point.metrics !== undefined || progress.phase !== phase;
    if (!isNews && now - last < everyMs) return;
    [last, phase] = [now, progress.phase];
    tell(progress);
  };
}
