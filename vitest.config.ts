// Three tiers of tests, found by glob: unit (pure and fast), lsp (a real server over a pipe), e2e (real VS Code).
import { defineConfig } from 'vitest/config';

const tier = (name: string, timeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ['./test/setup.ts'],
    testTimeout: timeout,
    hookTimeout: timeout,
  },
});

export default defineConfig({
  test: {
    projects: [tier('unit', 20_000), tier('lsp', 60_000), tier('process', 240_000), tier('e2e', 300_000)],
    globalSetup: ['./test/global-setup.ts'],
    // Two cores: more workers than that only make every wait longer.
    maxWorkers: 2,
  },
});
