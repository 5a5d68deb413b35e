// Which document the model view shows: the active editor's, as long as the language server reads it.
import { Disposable, type TextDocument, window, workspace } from 'vscode';
import type { LanguageServer } from '../language-client/language-server';
import type { ServerEvent } from '../language-client/server-state';
import { contextKeys, setContextKey } from '../manifest/context-keys';
import { modelUri } from '../model/model-uri';

/** Lines that move are asked for anew after a pause; a trace tells by itself when it ends. */
const pause = 800;

export class FollowedDocument implements Disposable {
  /** The model file or notebook; undefined: none. */
  uri: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners: Disposable;

  constructor(
    private readonly server: LanguageServer,
    private readonly refresh: () => void,
  ) {
    this.listeners = Disposable.from(
      window.onDidChangeActiveTextEditor((editor) => this.look(editor?.document)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const moved = contentChanges.some(
          ({ range, text }) => range.start.line !== range.end.line || text.includes('\n'),
        );
        if (moved && modelUri(document) === this.uri) this.later();
      }),
    );
    this.look(window.activeTextEditor?.document);
  }

  /** One line above the rows: why they are not what the text says now. */
  get message(): string | undefined {
    const status = this.uri === undefined ? undefined : this.server.state.documents.get(this.uri);
    if (status?.state === 'stale') return `Stale: ${status.detail ?? 'the newest text cannot be read'}`;
    return undefined;
  }

  changed(event: ServerEvent): void {
    if (event.kind === 'document') {
      if (this.uri === undefined) this.look(window.activeTextEditor?.document);
      // While a trace runs the rows stay as they are; they change when it ends.
      else if (event.status.uri === this.uri && event.status.state !== 'tracing') this.show();
      return;
    }
    if (event.kind === 'closed' && event.uri !== this.uri) return;
    this.look(window.activeTextEditor?.document);
    this.show();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.dispose();
  }

  private look(document: TextDocument | undefined): void {
    // A view or panel has the focus: the file beside it is still what people think of.
    if (!document && this.uri !== undefined && this.server.state.documents.has(this.uri)) return;
    const uri = document && modelUri(document);
    const known = uri !== undefined && this.server.state.documents.has(uri) ? uri : undefined;
    if (known === this.uri) return;
    this.uri = known;
    this.show();
  }

  private show(): void {
    void setContextKey(contextKeys.modelDocument, this.uri !== undefined);
    this.refresh();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), pause);
  }
}
