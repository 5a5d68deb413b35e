// Other networks of the family as YAML texts: what their publishers count for them is known.

const scales = (n: string) => `scales:\n  n: [${n}]\n`;

/** The neck and head that versions 8 and 10 share, with other blocks; `row` is the index of the last backbone row. */
const neck = (block: string, last: string, tail: string, row: number, down = 'Conv, [512, 3, 2]') => `
head:
  - [-1, 1, nn.Upsample, [None, 2, "nearest"]]
  - [[-1, 6], 1, Concat, [1]]
  - [-1, 3, ${block}, [512]]
  - [-1, 1, nn.Upsample, [None, 2, "nearest"]]
  - [[-1, 4], 1, Concat, [1]]
  - [-1, 3, ${block}, [256]]
  - [-1, 1, Conv, [256, 3, 2]]
  - [[-1, ${row + 3}], 1, Concat, [1]]
  - [-1, 3, ${block}, [512]]
  - [-1, 1, ${down}]
  - [[-1, ${row}], 1, Concat, [1]]
  - [-1, 3, ${last}]
  - [[${row + 6}, ${row + 9}, ${row + 12}], 1, ${tail}]
`;

const backbone8 = `
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
  - [-1, 3, C2f, [128, True]]
  - [-1, 1, Conv, [256, 3, 2]]
  - [-1, 6, C2f, [256, True]]
  - [-1, 1, Conv, [512, 3, 2]]
  - [-1, 6, C2f, [512, True]]
  - [-1, 1, Conv, [1024, 3, 2]]
  - [-1, 3, C2f, [1024, True]]
`;

const pooled8 = `${backbone8}  - [-1, 1, SPPF, [1024, 5]]\n`;

export const version8 = (tail: string, keys = 'nc: 80'): string =>
  `${keys}\n${scales('0.33, 0.25, 1024')}${pooled8}${neck('C2f', 'C2f, [1024]', tail, 9)}`;

export const classifier8 = `nc: 1000\n${scales('0.33, 0.25, 1024')}${backbone8}
head:
  - [-1, 1, Classify, [nc]]
`;

export const version10 = `nc: 80
${scales('0.33, 0.25, 1024')}
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
  - [-1, 3, C2f, [128, True]]
  - [-1, 1, Conv, [256, 3, 2]]
  - [-1, 6, C2f, [256, True]]
  - [-1, 1, SCDown, [512, 3, 2]]
  - [-1, 6, C2f, [512, True]]
  - [-1, 1, SCDown, [1024, 3, 2]]
  - [-1, 3, C2f, [1024, True]]
  - [-1, 1, SPPF, [1024, 5]]
  - [-1, 1, PSA, [1024]]
${neck('C2f', 'C2fCIB, [1024, True, True]', 'v10Detect, [nc]', 10, 'SCDown, [512, 3, 2]')}`;

export const version5 = `nc: 80
${scales('0.33, 0.25, 1024')}
backbone:
  - [-1, 1, Conv, [64, 6, 2, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
  - [-1, 3, C3, [128]]
  - [-1, 1, Conv, [256, 3, 2]]
  - [-1, 6, C3, [256]]
  - [-1, 1, Conv, [512, 3, 2]]
  - [-1, 9, C3, [512]]
  - [-1, 1, Conv, [1024, 3, 2]]
  - [-1, 3, C3, [1024]]
  - [-1, 1, SPPF, [1024, 5]]
head:
  - [-1, 1, Conv, [512, 1, 1]]
  - [-1, 1, nn.Upsample, [None, 2, "nearest"]]
  - [[-1, 6], 1, Concat, [1]]
  - [-1, 3, C3, [512, False]]
  - [-1, 1, Conv, [256, 1, 1]]
  - [-1, 1, nn.Upsample, [None, 2, "nearest"]]
  - [[-1, 4], 1, Concat, [1]]
  - [-1, 3, C3, [256, False]]
  - [-1, 1, Conv, [256, 3, 2]]
  - [[-1, 14], 1, Concat, [1]]
  - [-1, 3, C3, [512, False]]
  - [-1, 1, Conv, [512, 3, 2]]
  - [[-1, 10], 1, Concat, [1]]
  - [-1, 3, C3, [1024, False]]
  - [[17, 20, 23], 1, Detect, [nc]]
`;
