// Answers the view of a model file: its layers at once, and how sparse they are already when the values were asked for.
import { type CancellationToken, ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { modelFileModel } from '../../core/analysis/model-file';
import type {
  LanguageServerNotifications,
  LanguageServerRequests,
} from '../../core/protocol/language-server';
import type { ParamsOf } from '../../core/protocol/typed';
import type { Feature } from '../context';
import { oneLine, readModels } from '../documents/reading';
import { fileOf } from '../documents/uri';
import { chooseFrontend } from '../frontends/choose';

const method = 'espalier/modelFile' satisfies keyof LanguageServerRequests;
const progressMethod = 'espalier/modelFileProgress' satisfies keyof LanguageServerNotifications;
type Params = ParamsOf<LanguageServerRequests, typeof method>;

/** Milliseconds between two notices of progress. */
const pace = 150;

export const modelFileRequest: Feature = ({ connection, frontends, documents, workspace }) => {
  connection.onRequest(method, async ({ uri, values }: Params, token: CancellationToken) => {
    const file = fileOf(uri);
    if (file === undefined)
      throw new ResponseError(ErrorCodes.InvalidParams, `${uri} is not a file on this machine`);
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    let told = 0;
    const progress = (done: number, of: number) => {
      if (performance.now() - told < pace) return;
      told = performance.now();
      void connection.sendNotification(progressMethod, { uri, done, of });
    };
    try {
      const chosen = await chooseFrontend(frontends(), file);
      if (!chosen) throw new Error('no frontend knows this kind of file');
      const request = { file, text: chosen.text, values, progress, openFiles: documents.texts() };
      const { models, remarks } = await readModels(
        chosen.frontend,
        { ...request, ...workspace.placeOf(file) },
        abort.signal,
      );
      const hindrance = remarks.find((remark) => remark.hindrance);
      if (models.length === 0) throw new Error(hindrance?.message ?? 'it holds no model');
      return models.map(modelFileModel);
    } catch (error) {
      if (abort.signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      throw new ResponseError(ErrorCodes.InternalError, oneLine(error));
    }
  });
};
