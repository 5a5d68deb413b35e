// Answers commands that act on a model: the models of a file, read now if need be.
import { type CancellationToken, ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { LanguageServerRequests, ModelAnalysis } from '../../core/protocol/language-server';
import type { ParamsOf } from '../../core/protocol/typed';
import type { Feature, ServerContext } from '../context';
import { readClosed } from '../documents/closed-models';
import { oneLine } from '../documents/reading';
import { fileOf } from '../documents/uri';

const method = 'espalier/models' satisfies keyof LanguageServerRequests;
type Params = ParamsOf<LanguageServerRequests, typeof method>;

export const modelsRequest: Feature = (context) => {
  context.connection.onRequest(method, ({ uri }: Params, token: CancellationToken) =>
    Promise.race([
      context.documents.get(uri) ? openModels(context, uri) : closedModels(context, uri, token),
      cancellation(token),
    ]),
  );
};

/** Rejects when the request is cancelled. The trace goes on for the lenses; only the waiting ends. */
const cancellation = (token: CancellationToken) =>
  new Promise<never>((_, reject) => {
    const cancel = () => reject(new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled'));
    if (token.isCancellationRequested) cancel();
    token.onCancellationRequested(cancel);
  });

async function openModels({ models }: ServerContext, uri: string): Promise<ModelAnalysis[]> {
  const state = await models.settle(uri);
  if (!state) return [];
  if (state.models.length === 0 && state.failure !== undefined)
    throw new ResponseError(ErrorCodes.InternalError, state.failure);
  return state.models.map((model) => ({
    uri,
    name: model.report.graph.name,
    report: model.report,
    stale: state.isStale(model),
  }));
}

/** A recipe may name a file that no editor shows. */
async function closedModels(
  context: ServerContext,
  uri: string,
  token: CancellationToken,
): Promise<ModelAnalysis[]> {
  const file = fileOf(uri);
  if (file === undefined)
    throw new ResponseError(ErrorCodes.InvalidParams, `${uri} is not a file on this machine`);
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  try {
    const reading = await readClosed(context, file, abort.signal);
    if (!reading) return [];
    const { models, remarks } = reading;
    const hindrance = remarks.find((remark) => remark.hindrance);
    if (models.length === 0 && hindrance) throw new Error(hindrance.message);
    return models.map((report) => ({ uri, name: report.graph.name, report, stale: false }));
  } catch (error) {
    throw new ResponseError(ErrorCodes.InternalError, `${file} cannot be read: ${oneLine(error)}`);
  }
}
