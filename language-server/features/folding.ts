// Folding of Python model files. Where nothing is known the answer is null, and the editor folds by indentation.
import type { FoldingRange } from 'vscode-languageserver/node';
import type { Feature } from '../context';
import { foldQuery, pythonFolds } from '../syntactic/python-folds';

export const folding: Feature = ({ folds, models, provide }) => {
  provide({ foldingRangeProvider: true });
  folds.add(({ textDocument: { uri } }) => {
    const syntax = models.get(uri)?.syntax;
    const tree = syntax?.current;
    // While the text is broken the tree is a guess: indentation is the better one.
    if (!tree || tree.language !== 'python' || tree.broken) return [];
    return pythonFolds(tree.captures(foldQuery)).map(({ start, end, kind }): FoldingRange => ({
      startLine: start,
      endLine: end,
      ...(kind ? { kind } : {}),
    }));
  });
};
