// The settings, typed: key, default, and how a value from settings.json is read. package.json declares the same.

/** What a setting's JSON schema in package.json must say besides its description. */
export interface SettingSchema {
  readonly type: 'boolean' | 'number' | 'string';
  readonly default: boolean | number | string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly scope: 'window' | 'resource' | 'machine-overridable';
}

export interface Setting<T> {
  readonly key: string;
  readonly schema: SettingSchema;
  /** Anything people write becomes a usable value: settings.json is not validated before it reaches us. */
  from(value: unknown): T;
}

function flag(key: string, scope: SettingSchema['scope'], standard: boolean): Setting<boolean> {
  const schema = { type: 'boolean', default: standard, scope } as const;
  return { key, schema, from: (value) => (typeof value === 'boolean' ? value : standard) };
}

/** A number out of bounds means the nearest bound, so that a typo of 0 does not mean "never". */
function bounded(
  key: string,
  scope: SettingSchema['scope'],
  [minimum, standard, maximum]: readonly [number, number, number],
): Setting<number> {
  const schema = { type: 'number', default: standard, minimum, maximum, scope } as const;
  const from = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value)
      ? Math.min(maximum, Math.max(minimum, value))
      : standard;
  return { key, schema, from };
}

function word(key: string, scope: SettingSchema['scope'], standard: string): Setting<string> {
  const schema = { type: 'string', default: standard, scope } as const;
  const from = (value: unknown) =>
    typeof value === 'string' && value.trim() !== '' ? value.trim() : standard;
  return { key, schema, from };
}

export const settings = {
  inlayHints: flag('espalier.inlayHints.enabled', 'window', true),
  /** Off: a shape after every line of forward is noise until somebody looks for one. */
  inlayShapes: flag('espalier.inlayHints.shapes', 'window', false),
  /** An interpreter or a folder, or `auto`; machine-overridable, as it names what is installed. */
  pythonEnvironment: word('espalier.python.environment', 'machine-overridable', 'auto'),
  /** Seconds of one trace. A slow constructor takes one or two; what takes ten is almost surely a loop. */
  traceDeadline: bounded('espalier.trace.deadline', 'window', [1, 10, 300]),
  /** Megabytes of the Python sandbox. Shapes carry no data, so that even large models trace in a few hundred. */
  traceMemory: bounded('espalier.trace.memory', 'window', [128, 512, 4096]),
  /** A device id or `auto`; machine-overridable, as it names hardware. */
  device: word('espalier.device', 'machine-overridable', 'auto'),
  /** CPU threads of training with TensorFlow; 0 for all cores. */
  threads: bounded('espalier.threads', 'machine-overridable', [0, 0, 1024]),
} as const;
