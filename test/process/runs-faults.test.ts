// `npm run bench:faults`, each fault a few times: nothing acknowledged is lost, nothing becomes unreadable.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, same, Skipped } from '../bench/faults/fault';
import { faults } from '../bench/faults/table';

const distDir = path.resolve(import.meta.dirname, '../../dist');

describe.each(faults.map(([fault, , tries]) => [fault.name, fault, tries] as const))(
  '%s',
  (_, fault, tries) => {
    it('costs a run nothing that it acknowledged, and is told in one line', async ({ skip }) => {
      const bench = new Bench(distDir);
      try {
        const { lost, unreadable, messages, end } = await fault.run(bench, tries);
        expect({ lost, unreadable, end }).toEqual({ lost: [], unreadable: [], end: same });
        for (const message of messages) expect(message).not.toContain('\n');
      } catch (error) {
        if (!(error instanceof Skipped) || process.env['ESPALIER_REQUIRE_ALL']) throw error;
        skip(error.message);
      } finally {
        bench.close();
      }
    });
  },
);
