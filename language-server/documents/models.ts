// Reads every open model file after a pause in typing, and answers from what was read last. Nothing here waits.
import path from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import type { Frontend, TraceRequest } from '../frontends/frontend';
import { grammarFor, type Grammars } from '../syntactic/grammar';
import type { AppliedEdit } from './edits';
import { LineMap } from './line-map';
import { ModelState } from './model-state';
import { oneLine, readModels } from './reading';
import type { DocumentListener, DocumentStore, OpenDocument } from './store';
import { DocumentSyntax } from './syntax';
import { sameFile } from './uri';

/** Milliseconds without a key before a trace: shorter than a thought, longer than the gap between two keys. */
const pause = 400;
/** Characters. A file beyond this is data or junk, and is left alone. */
const readingLimit = 8_000_000;

export interface ModelsOptions {
  readonly connection: Connection;
  readonly documents: DocumentStore;
  readonly grammars: Grammars;
  readonly frontends: () => readonly Frontend[];
  /** Why a frontend may not read here: one line. */
  readonly refusal: (frontend: Frontend, file: string) => string | undefined;
  /** Where a file's imports may come from. */
  readonly placeOf: (file: string) => Pick<TraceRequest, 'workspaceFolder' | 'packages'>;
}

export class Models implements DocumentListener {
  private readonly states = new Map<string, ModelState>();
  private readonly listeners: ((uri: string, state: ModelState | undefined) => void)[] = [];

  constructor(private readonly options: ModelsOptions) {
    options.documents.listen(this);
  }

  /** The state of an open model file; undefined for every other document. */
  get(uri: string): ModelState | undefined {
    return this.states.get(uri);
  }

  /** The state of a model file by its path: editors spell one URI in several ways. */
  ofFile(file: string): ModelState | undefined {
    return [...this.states.values()].find(({ document }) => sameFile(document.file, file));
  }

  /** Calls back when what is known of a document changed other than by an edit; without a state: it is gone. */
  onChange(listener: (uri: string, state: ModelState | undefined) => void): void {
    this.listeners.push(listener);
  }

  opened(document: OpenDocument): void {
    this.adopt(document);
  }

  changed(document: OpenDocument, edits: readonly AppliedEdit[]): void {
    if (document.file !== undefined) this.rereadImporters(document.file);
    const state = this.adopt(document, pause);
    if (!state) return;
    state.applyEdits(edits);
    state.syntax?.update(document.text.getText(), edits);
    this.schedule(state, pause);
  }

  closed({ uri, file }: OpenDocument): void {
    this.drop(uri);
    // Unsaved changes are gone with it: its importers see the disk again.
    if (file !== undefined) this.rereadImporters(file);
  }

  /** Reads a file's importers again: the file changed, on disk or in the editor. */
  rereadImporters(file: string): void {
    const name = path.basename(file).replace(/\.\w+$/, '');
    const module = name === '__init__' ? path.basename(path.dirname(file)) : name;
    if (!/^\w+$/.test(module)) return;
    const imports = new RegExp(`^[^\\S\\n]*(?:from|import)\\b.*\\b${module}\\b`, 'm');
    for (const state of this.states.values()) {
      if (state.document.file === file) continue;
      if (imports.test(state.document.text.getText())) this.schedule(state, 2 * pause);
    }
  }

  /** Reads everything again: settings or trust changed. */
  rereadAll(): void {
    for (const document of this.options.documents.all()) {
      // What runs under the old rules ends without being taken for a failure.
      this.states.get(document.uri)?.running?.abort.abort();
      const state = this.adopt(document);
      if (state) state.frontend = this.frontendFor(document) ?? state.frontend;
      if (state) this.schedule(state, 0);
    }
  }

  /** Resolves when the newest text of a document has been read, or cannot be. */
  async settle(uri: string): Promise<ModelState | undefined> {
    for (let state = this.states.get(uri); state; state = this.states.get(uri)) {
      if (state.timer) void this.read(state);
      if (!state.running) return state;
      await state.running.finished;
    }
    return undefined;
  }

  dispose(): void {
    for (const uri of [...this.states.keys()]) this.drop(uri);
  }

  /** Begins to follow a document that mentions a framework; lets one go that no longer does. */
  private adopt(document: OpenDocument, delay = 0): ModelState | undefined {
    const { uri, file } = document;
    const known = this.states.get(uri);
    const frontend = this.frontendFor(document);
    if (!frontend || file === undefined) {
      if (known) this.drop(uri);
      return undefined;
    }
    if (known) return known;
    const state = new ModelState({ ...document, file }, frontend);
    this.states.set(uri, state);
    void this.loadSyntax(state);
    this.schedule(state, delay);
    this.changedState(state);
    return undefined;
  }

  private frontendFor({ file, text }: OpenDocument): Frontend | undefined {
    if (file === undefined) return undefined;
    const content = text.getText();
    if (content.length > readingLimit || content.includes('\0')) return undefined;
    return this.options.frontends().find((frontend) => frontend.handles(file, content));
  }

  private async loadSyntax(state: ModelState): Promise<void> {
    const id = grammarFor(state.document.file);
    if (!id) return;
    try {
      const grammar = await this.options.grammars.get(id);
      if (this.states.get(state.document.uri) !== state) return;
      state.syntax = new DocumentSyntax(grammar, state.document.text.getText());
      this.changedState(state);
    } catch (error) {
      this.options.connection.console.error(`the ${id} grammar does not load: ${oneLine(error)}`);
    }
  }

  private schedule(state: ModelState, delay: number): void {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => void this.read(state), delay);
  }

  private async read(state: ModelState): Promise<void> {
    clearTimeout(state.timer);
    state.timer = undefined;
    state.running?.abort.abort();
    const { file, text } = state.document;
    const refusal = this.options.refusal(state.frontend, file);
    if (refusal !== undefined) {
      state.fail(refusal, 'untrusted');
      return this.changedState(state);
    }
    const { promise: finished, resolve } = withResolvers();
    const running = { abort: new AbortController(), lines: new LineMap(text.lineCount), finished };
    state.running = running;
    this.changedState(state);
    try {
      const reading = await readModels(
        state.frontend,
        {
          file,
          text: text.getText(),
          openFiles: this.options.documents.texts(),
          ...this.options.placeOf(file),
        },
        running.abort.signal,
      );
      if (state.running === running) state.take(reading, running.lines);
    } catch (error) {
      if (running.abort.signal.aborted || state.running !== running) return;
      this.options.connection.console.error(`${file} could not be read: ${oneLine(error)}`);
      state.fail(`the ${state.frontend.id} frontend failed: ${oneLine(error)}`);
    } finally {
      if (state.running === running) {
        state.running = undefined;
        this.changedState(state);
      }
      resolve();
    }
  }

  private drop(uri: string): void {
    const state = this.states.get(uri);
    this.states.delete(uri);
    state?.dispose();
    if (state) for (const listener of this.listeners) listener(uri, undefined);
  }

  private changedState(state: ModelState): void {
    const { uri } = state.document;
    if (this.states.get(uri) === state) for (const listener of this.listeners) listener(uri, state);
  }
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
