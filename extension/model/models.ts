// Asks the language server for the models of a file, and lets people pick one.
import path from 'node:path';
import { Uri, window, workspace } from 'vscode';
import type { ModelReport } from '../../core/analysis/report';
import { commands, type ModelTarget } from '../../core/protocol/commands';
import type { ModelAnalysis } from '../../core/protocol/language-server';
import type { App } from '../app';
import { reasonOf } from '../log';
import { modelUri } from './model-uri';
import { Explanation } from '../explanation';

/** Opens the file if need be (unseen), so that the server reads what the editor holds. */
export async function openModelFile(uri: Uri): Promise<void> {
  const name = path.basename(uri.fsPath);
  try {
    await (uri.path.endsWith('.ipynb')
      ? workspace.openNotebookDocument(uri)
      : workspace.openTextDocument(uri));
  } catch (error) {
    throw new Explanation(`cannot open the model file ${name}: ${reasonOf(error)}`);
  }
}

export async function modelsOf(app: App, uri: Uri): Promise<ModelAnalysis[]> {
  await openModelFile(uri);
  return app.languageServer.ask('espalier/models', { uri: uri.toString() });
}

/** The report of one model, exact and fresh. Rejects with what to do otherwise. */
export async function traceModel(app: App, file: string, name: string): Promise<ModelReport> {
  const models = await modelsOf(app, Uri.file(file));
  const found = models.find((model) => model.name === name);
  const base = path.basename(file);
  if (!found) {
    const others = models.map((model) => model.name).join(', ');
    throw new Explanation(
      others === ''
        ? `no model could be read from ${base}; the Problems panel says why`
        : `${base} has no model ${name}; it has ${others}`,
    );
  }
  return fresh(found, base).report;
}

/** A stale model is not what the file says any more, so nothing is trained from it. */
function fresh(model: ModelAnalysis, file: string): ModelAnalysis {
  if (model.stale) throw new Explanation(`${file} has changes that cannot be read yet; mend them first`);
  return model;
}

export function isModelTarget(target: unknown): target is ModelTarget {
  if (typeof target !== 'object' || target === null) return false;
  const { uri, model } = target as Partial<ModelTarget>;
  return typeof uri === 'string' && typeof model === 'string';
}

/** The models a command may act on: the one the lens named, else all of the active file. Never empty; never stale. */
export async function candidates(app: App, target: unknown): Promise<ModelAnalysis[]> {
  const named = isModelTarget(target) ? target : undefined;
  const document = window.activeTextEditor?.document;
  const active = document && Uri.parse(modelUri(document), true);
  const uri = named ? Uri.parse(named.uri, true) : active;
  if (!uri || uri.scheme !== 'file')
    throw new Explanation('open a PyTorch, Keras or TF.js model file first', {
      title: 'Open example',
      command: commands.openExample,
    });
  const file = path.basename(uri.fsPath);
  const models = await modelsOf(app, uri);
  if (models.length === 0)
    throw new Explanation(`no model could be read from ${file}; the Problems panel says why`);
  const wanted = named ? models.filter(({ name }) => name === named.model) : models;
  if (wanted.length === 0) throw new Explanation(`${file} no longer has a model ${named?.model}`);
  return wanted.map((model) => fresh(model, file));
}
