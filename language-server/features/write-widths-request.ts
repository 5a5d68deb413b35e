// Answers "Write Widths into Source": the edits that make a model's source the smaller model, or what is in the way.
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type CancellationToken, ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { SourceRange } from '../../core/graph/model-graph';
import type {
  LanguageServerRequests,
  Place,
  SourceEdit,
  WidthsAnswer,
} from '../../core/protocol/language-server';
import type { ParamsOf } from '../../core/protocol/typed';
import type { Feature, ServerContext } from '../context';
import { oneLine } from '../documents/reading';
import { fileOf, sameFile } from '../documents/uri';
import { writeWidths } from '../frontends/write-widths';

const method = 'espalier/writeWidths' satisfies keyof LanguageServerRequests;
type Params = ParamsOf<LanguageServerRequests, typeof method>;

export const writeWidthsRequest: Feature = (context) => {
  context.connection.onRequest(method, async (params: Params, token: CancellationToken) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    try {
      return await answer(context, params, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      throw new ResponseError(ErrorCodes.InternalError, oneLine(error));
    }
  });
};

async function answer(
  { documents, frontends, workspace, cells }: ServerContext,
  { uri, ...wanted }: Params,
  signal: AbortSignal,
): Promise<WidthsAnswer> {
  const file = fileOf(uri);
  if (file === undefined) throw new Error(`${uri} is not a file on this machine`);
  const text = documents.get(uri)?.text.getText() ?? (await readFile(file, 'utf8'));
  const frontend = frontends().find((candidate) => candidate.handles(file, text));
  if (!frontend) throw new Error(`${path.basename(file)} holds no model that Espalier reads`);
  const source = { file, text, openFiles: documents.texts(), ...workspace.placeOf(file) };
  const { edits, hindrances, notes, declared } = await writeWidths(frontend, { source, ...wanted }, signal);
  const placed = (place: SourceRange) => {
    const range = {
      start: { line: place.startLine, character: place.startColumn },
      end: { line: place.endLine, character: place.endColumn },
    };
    return cells.location({ uri: sameFile(place.file, file) ? uri : pathToFileURL(place.file).href, range });
  };
  const pointOf = (place: SourceRange): Place => {
    const { uri: where, range } = placed(place);
    return { uri: where, ...range.start };
  };
  return {
    edits: edits.map(({ source: place, from, to }): SourceEdit => ({ ...placed(place), from, to })),
    hindrances: hindrances.map(({ text: why, source: place }) => ({
      text: why,
      ...(place ? { place: pointOf(place) } : {}),
    })),
    notes,
    ...(declared ? { declared: pointOf(declared) } : {}),
  };
}
