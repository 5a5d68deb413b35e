// Each worker of the tests has device queues of its own: files that run side by side must not wait for each other.
import { tmpdir } from 'node:os';
import path from 'node:path';

process.env['ESPALIER_QUEUE'] = path.join(tmpdir(), `espalier-queue-${process.pid}`);
