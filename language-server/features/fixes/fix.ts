// What a quick fix is: one file each, listed in table.ts. It changes the text as it stands, or offers nothing.
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Range, TextEdit } from 'vscode-languageserver/node';
import type { KnownModel, ModelState } from '../../documents/model-state';
import type { Remark } from '../../documents/reading';

export interface Problem {
  readonly state: ModelState;
  readonly remark: Remark;
  /** Where the remark stands now. */
  readonly range: Range;
  /** The model that the remark is about, where it is about one. */
  readonly model: KnownModel | undefined;
  /** The syntax tree of the present text, which parses. */
  readonly root: Node;
}

export interface Remedy {
  readonly title: string;
  /** In the problem's own document. */
  readonly edits: readonly TextEdit[];
  /** Whether it is what most people want: then one key applies it. */
  readonly preferred?: boolean;
}

export type Fix = (problem: Problem) => readonly Remedy[];
