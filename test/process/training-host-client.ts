// The real training host in a test, which ends with it.
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { HostProcess } from './host-process';

const bundle = path.resolve(import.meta.dirname, '../../dist/training-host.cjs');

export class HostClient extends HostProcess {
  constructor(env?: Readonly<Record<string, string>>) {
    super(bundle, env);
    onTestFinished(() => void this.process.kill('SIGKILL'));
  }
}
