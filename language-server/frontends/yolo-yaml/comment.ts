// What a `# espalier:` comment says about a YOLO file: `# espalier: scale=s input=(1, 3, 320, 320)`.

export interface Said {
  readonly scale?: string;
  /** Channels, height, width. */
  readonly input?: readonly [number, number, number];
}

export function readComment(text: string): Said {
  const [, words = ''] = /^[^\S\n]*#[^\S\n]*espalier:(.*)$/m.exec(text) ?? [];
  const scale = /\bscale\s*=\s*['"]?([\w.-]+)/.exec(words)?.[1];
  const sizes = /\binput\s*=\s*\(([\d\s,]*)\)/.exec(words)?.[1]?.split(',').map(Number) ?? [];
  // A fourth, in front, is the batch.
  const [channels, height, width] = sizes.slice(-3);
  const sound = sizes.length >= 3 && sizes.every((size) => Number.isInteger(size) && size > 0);
  return {
    ...(scale === undefined ? {} : { scale }),
    ...(sound ? { input: [channels!, height!, width!] as const } : {}),
  };
}
