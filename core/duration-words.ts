// Lengths of time as people say them: the command line, the editor and the views write these and nothing else.

/**
 * `42 s`, `3 min 05 s`, `12 min`, `2 h 10 min`: what is longer than ten minutes is told without its seconds. Anything at all
 * is a second at least; `–` where nobody knows.
 */
export function durationWords(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  const whole = seconds > 0 ? Math.max(1, Math.round(seconds)) : 0;
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

const two = (value: number): string => String(value).padStart(2, '0');
