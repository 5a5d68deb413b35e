// Answers the language server's `espalier/loadTfjs`: runs a TF.js model file in the training host, in trusted workspaces only.
import { type CancellationToken, workspace } from 'vscode';
import type { LanguageClientRequests } from '../../core/protocol/language-server';
import type { Handlers } from '../../core/protocol/typed';
import { signalOf } from './signal-of';
import type { TrainingHost } from './training-host';

export function loadTfjs(
  host: TrainingHost,
): Handlers<LanguageClientRequests, CancellationToken>['espalier/loadTfjs'] {
  return ({ file, text }, token) => {
    // Asked again here: this is where code of the workspace would run.
    if (!workspace.isTrusted)
      throw new Error('TF.js models are read by running them, which needs a trusted workspace');
    return host.ask('tfjs/load', { file, text }, signalOf(token));
  };
}
