// Ends a process and all it started.
import { spawn } from 'node:child_process';

/** `pid` leads its own process group, as `NodeChild` starts it. Guards against ids that would mean "everyone". */
export function killTree(pid: number): void {
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => undefined);
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone, which is what was wanted.
  }
}
