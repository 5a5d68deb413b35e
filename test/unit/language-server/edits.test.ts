// Editing a tree must end where parsing the edited text ends: held against random edits of real code.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { applyChange } from '../../../language-server/documents/edits';
import { DocumentSyntax, syntacticLimit } from '../../../language-server/documents/syntax';
import { Grammars } from '../../../language-server/syntactic/grammar';

const root = path.resolve(import.meta.dirname, '../../..');
const example = readFileSync(path.join(root, 'examples/pytorch/convnet.py'), 'utf8');
const pieces = [
  '\n',
  '\r\n',
  '(',
  ')',
  '    nn.Linear(3, 4)\n',
  'x',
  '"""',
  '# ',
  '',
  'é𐐀',
  'nn.Conv2d(1, 2, 3)',
  '\r',
];

it('a tree that followed 200 edits knows what a fresh one knows', async () => {
  const python = await new Grammars(path.join(root, 'dist')).get('python');
  const text = TextDocument.create('file:///x.py', 'python', 1, example);
  const followed = new DocumentSyntax(python, text.getText());
  let seen = 0;
  let state = 7;
  const below = (n: number) => (state = (state * 48_271) % 2_147_483_647) % n;
  for (let version = 2; version < 202; version++) {
    const start = below(text.getText().length);
    const range = {
      start: text.positionAt(start),
      end: text.positionAt(start + (below(4) === 0 ? below(80) : 0)),
    };
    const edit = applyChange(text, { range, text: pieces[below(pieces.length)]! }, version);
    followed.update(text.getText(), [edit]);
    if (version % 5 !== 0) continue;
    const fresh = new DocumentSyntax(python, text.getText());
    expect(followed.facts).toEqual(fresh.facts);
    expect(followed.brokenLine === undefined).toBe(fresh.brokenLine === undefined);
    fresh.dispose();
    seen += followed.facts!.layers.length;
    // Random quotes soon make one long string of everything: begin again with the whole text.
    if (version % 20 === 0) {
      const edit = applyChange(text, { text: example }, version);
      followed.update(text.getText(), [edit]);
      expect(followed.brokenLine).toBeUndefined();
    }
  }
  expect(seen).toBeGreaterThan(100);
  followed.dispose();
});

it('a text that grows past a megabyte is let go, with the reason', async () => {
  const python = await new Grammars(path.join(root, 'dist')).get('python');
  const text = TextDocument.create('file:///x.py', 'python', 1, example);
  const syntax = new DocumentSyntax(python, example);
  expect(syntax.facts?.layers).toHaveLength(12);
  const edit = applyChange(text, { text: example + '#'.repeat(syntacticLimit) }, 2);
  syntax.update(text.getText(), [edit]);
  expect(syntax.off).toBe('the text is not followed while you type: the file is larger than 1 MB');
  expect([syntax.facts, syntax.brokenLine]).toEqual([undefined, undefined]);
  syntax.update('x', [applyChange(text, { text: 'x' }, 3)]);
  expect(syntax.facts).toBeUndefined();
});
