// Colours of any theme: read, mixed, and picked so that series can be told apart.
import { describe, expect, it } from 'vitest';
import { contrast, css, distance, mix, over, parseColour, pickDistinct } from '../../../webviews/ui/colour';
import { editorThemes } from '../../process/webviews/themes';

const parse = (text: string) => parseColour(text)!;

describe('colours', () => {
  it('are read in the forms that the editor writes', () => {
    expect(parse('#59a4f9')).toEqual({ r: 89, g: 164, b: 249, a: 1 });
    expect(parse('#fff')).toEqual({ r: 255, g: 255, b: 255, a: 1 });
    expect(parse('#ffffff80').a).toBeCloseTo(0.5, 2);
    expect(parse(' rgba(204, 204, 204, 0.5) ')).toEqual({ r: 204, g: 204, b: 204, a: 0.5 });
    expect(parse('color(srgb 1 0.5 0 / 0.25)')).toEqual({ r: 255, g: 127.5, b: 0, a: 0.25 });
    for (const nonsense of ['', 'none', 'var(--x)', '#12', 'rgb()'])
      expect(parseColour(nonsense)).toBeUndefined();
  });

  it('mix, lie over each other, and are written back', () => {
    expect(css(mix(parse('#000'), parse('#fff'), 0.5))).toBe('rgba(128, 128, 128, 1)');
    expect(css(over(parse('rgba(255, 0, 0, 0.5)'), parse('#0000ff')))).toBe('rgba(128, 0, 128, 1)');
  });

  it('contrast as WCAG counts', () => {
    expect(contrast(parse('#000'), parse('#fff'))).toBeCloseTo(21);
    expect(contrast(parse('#777'), parse('#fff'))).toBeCloseTo(4.48, 2);
  });

  it('skip what cannot be told from what is picked or from the ground', () => {
    const [black, blue, alsoBlue, green] = ['#000000', '#0000ff', '#0505fa', '#00ff00'].map(parse) as [
      ReturnType<typeof parse>,
      ReturnType<typeof parse>,
      ReturnType<typeof parse>,
      ReturnType<typeof parse>,
    ];
    const white = parse('#ffffff');
    expect(pickDistinct([white, blue, alsoBlue, green, black], white, 2)).toEqual([blue, black]);
    // Where there are not enough, some colour is better than none.
    expect(pickDistinct([alsoBlue, blue], white, 2)).toHaveLength(2);
  });

  for (const { name, tokens } of editorThemes) {
    it(`are four in ${name}, distinct and legible`, () => {
      const ground = parse(tokens['editor-background']!);
      const names = [
        'blue',
        tokens['charts-orange'] ? 'orange' : 'yellow',
        'green',
        'purple',
        'red',
        'yellow',
      ];
      const candidates = names.map((hue) => ({ ...parse(tokens[`charts-${hue}`]!), a: 1 }));
      const picked = pickDistinct(candidates, ground, 4);
      for (const [i, a] of picked.entries()) {
        expect(contrast(a, ground)).toBeGreaterThanOrEqual(3);
        for (const b of picked.slice(i + 1)) expect(distance(a, b)).toBeGreaterThan(120);
      }
    });
  }
});
