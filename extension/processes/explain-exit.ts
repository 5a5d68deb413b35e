// Why a process ended, as one line for people.

export interface Exit {
  /** What people call the process. */
  readonly title: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when it could not even be started. */
  readonly error?: Error | undefined;
  /** Its last lines of standard error. */
  readonly lines: readonly string[];
}

/** What V8, the C++ library, WebAssembly, oneDNN and TensorFlow's allocator say when they are refused memory and give up. */
const refused =
  /heap out of memory|bad_alloc|Cannot enlarge memory|could not create a primitive|mmap error: 12|Cannot allocate memory/i;

export function explainExit({ title, code, signal, error, lines }: Exit): string {
  if (error) return `the ${title} could not start: ${error.message}`;
  if (lines.some((line) => refused.test(line))) {
    return `the ${title} ran out of memory`;
  }
  const how = signal ? killed(signal) : `ended with code ${code ?? 'unknown'}`;
  const what = lines.findLast((line) => /^(Uncaught )?\w*(Error|Exception)\b.*:/.test(line.trim()));
  return `the ${title} ${how}${what ? `: ${what.trim().slice(0, 300)}` : ''}`;
}

/** SIGKILL from outside is on Linux most often the kernel that ran out of memory. */
function killed(signal: string): string {
  if (signal === 'SIGKILL') return 'was killed (SIGKILL: by hand, or because the machine ran out of memory)';
  if (signal === 'SIGSEGV' || signal === 'SIGABRT' || signal === 'SIGILL' || signal === 'SIGBUS') {
    return `crashed in native code (${signal})`;
  }
  return `was ended by ${signal}`;
}
