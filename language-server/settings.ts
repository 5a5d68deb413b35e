// The settings that the server reads. What settings.json holds is not validated before it comes here.
import { automatic } from './frontends/python/environment';

export interface Settings {
  readonly inlayHints: boolean;
  /** Shapes after lines that compute tensors. */
  readonly inlayShapes: boolean;
  /** How long one trace may take. */
  readonly traceDeadlineMs: number;
  /** How much memory the Python sandbox may take. */
  readonly traceMemoryMb: number;
  /** The Python environment whose packages models may import: its folder, its interpreter, or `auto`. */
  readonly pythonEnvironment: string;
}

/** Reads the `espalier` section of the settings. Whatever is wrong or missing becomes its default or nearest bound. */
export function settingsFrom(section: unknown): Settings {
  return {
    inlayHints: read(section, 'inlayHints', 'enabled') !== false,
    inlayShapes: read(section, 'inlayHints', 'shapes') === true,
    // People write seconds.
    traceDeadlineMs: 1000 * bounded(read(section, 'trace', 'deadline'), 1, 10, 300),
    traceMemoryMb: bounded(read(section, 'trace', 'memory'), 128, 512, 4096),
    pythonEnvironment: word(read(section, 'python', 'environment'), automatic),
  };
}

const word = (value: unknown, standard: string): string =>
  typeof value === 'string' && value.trim() ? value.trim() : standard;

function bounded(value: unknown, minimum: number, standard: number, maximum: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return standard;
  return Math.min(maximum, Math.max(minimum, value));
}

/** `{ trace: { deadline } }` and `{ 'trace.deadline' }` are both in use among editors. */
function read(section: unknown, group: string, key: string): unknown {
  const flat = property(section, `${group}.${key}`);
  return flat === undefined ? property(property(section, group), key) : flat;
}

const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
