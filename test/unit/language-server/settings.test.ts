// Settings as people write them.
import { expect, it } from 'vitest';
import { settingsFrom } from '../../../language-server/settings';

const defaults = {
  inlayHints: true,
  inlayShapes: false,
  traceDeadlineMs: 10_000,
  traceMemoryMb: 512,
  pythonEnvironment: 'auto',
};

it.each([
  undefined,
  null,
  3,
  'x',
  [],
  {},
  { trace: 7 },
  { trace: { deadline: 'soon', memory: NaN } },
  { inlayHints: { enabled: 'no', shapes: 'yes' } },
  { python: { environment: ' ' } },
])('%j means the defaults', (section) => expect(settingsFrom(section)).toEqual(defaults));

it('are read nested and flat, and held within their bounds', () => {
  expect(
    settingsFrom({
      inlayHints: { enabled: false, shapes: true },
      trace: { deadline: 20, memory: 1024 },
      python: { environment: '.venv' },
    }),
  ).toEqual({
    inlayHints: false,
    inlayShapes: true,
    traceDeadlineMs: 20_000,
    traceMemoryMb: 1024,
    pythonEnvironment: '.venv',
  });
  expect(settingsFrom({ 'trace.deadline': 0, 'trace.memory': 1e9 })).toEqual({
    ...defaults,
    traceDeadlineMs: 1000,
    traceMemoryMb: 4096,
  });
});
