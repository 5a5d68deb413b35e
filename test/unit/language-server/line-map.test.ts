// Lines keep their place while a text is edited: held against random edits of lines that are all different.
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { applyChange, lineText } from '../../../language-server/documents/edits';
import { LineMap } from '../../../language-server/documents/line-map';

/** A small linear congruential generator: the same edits on every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const lines = (text: string) => text.split(/\r\n|\n|\r/);
const document = (text: string) => TextDocument.create('file:///x.py', 'python', 1, text);

describe('a line map', () => {
  it.each(['\n', '\r\n', '\r'])('finds every untouched line after random edits (line end %j)', (end) => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed);
      let fresh = 0;
      const line = () => `line ${seed}.${fresh++};`;
      const original = Array.from({ length: 30 }, line);
      const text = document(original.join(end));
      const map = new LineMap(text.lineCount);
      for (let edit = 0; edit < 25; edit++) {
        const content = text.getText();
        // Positions cannot name the middle of a line end, so edits begin and end beside them.
        const offset = () => text.offsetAt(text.positionAt(next(content.length + 1)));
        const [a, b] = [offset(), next(3) === 0 ? offset() : undefined];
        const [from, to] =
          b === undefined ? [a, a] : [Math.min(a, b, a + 200), Math.min(Math.max(a, b), a + 200)];
        const inserted = Array.from({ length: next(4) }, line).join(end) + (next(2) ? end : '');
        const range = {
          start: text.positionAt(Math.min(from, to)),
          end: text.positionAt(Math.max(from, to)),
        };
        map.edit(applyChange(text, { range, text: inserted }, edit + 2).lines);
      }
      const now = lines(text.getText());
      for (const [i, content] of original.entries()) {
        const at = now.indexOf(content);
        if (at >= 0) expect(map.at(i), `${content} with seed ${seed}`).toBe(at);
      }
    }
  });

  it('survives a formatter that sends the whole text', () => {
    const text = document('a\nb\nc\nd\n');
    const map = new LineMap(text.lineCount);
    map.edit(applyChange(text, { text: 'a\nnew\nb\nC\nd\n' }, 2).lines);
    expect([0, 3].map((line) => map.at(line))).toEqual([0, 4]);
  });

  it('moves a line that Enter pushes down, and keeps the one that Enter splits', () => {
    const text = document('a\nlayer\nz');
    const map = new LineMap(text.lineCount);
    const insert = (line: number, character: number) => {
      const position = { line, character };
      map.edit(applyChange(text, { range: { start: position, end: position }, text: '\n' }, 2).lines);
    };
    insert(1, 0);
    expect(map.at(1)).toBe(2);
    insert(2, 3);
    expect([map.at(1), map.at(2)]).toEqual([2, 4]);
  });

  it('forgets lines that are deleted, and lines it never had', () => {
    const text = document('a\nb\nc\nd');
    const map = new LineMap(text.lineCount);
    const range = { start: { line: 1, character: 0 }, end: { line: 3, character: 0 } };
    map.edit(applyChange(text, { range, text: '' }, 2).lines);
    expect([0, 1, 2, 3, 4, -1].map((line) => map.at(line))).toEqual([
      0,
      undefined,
      undefined,
      1,
      undefined,
      undefined,
    ]);
  });
});

describe('the text of a line', () => {
  it('comes without its end, whatever the end is', () => {
    const text = document('one\r\ntwo\rthree\n\nlast');
    expect([0, 1, 2, 3, 4, 5].map((line) => lineText(text, line))).toEqual([
      'one',
      'two',
      'three',
      '',
      'last',
      '',
    ]);
  });
});
