// The open documents, as the editor has them. Whoever keeps state about documents listens here.
import type { Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type AppliedEdit, applyChange, changeBetween } from './edits';
import { fileOf } from './uri';

export interface OpenDocument {
  readonly uri: string;
  /** Absolute path; undefined for what was never saved. */
  readonly file: string | undefined;
  /** Updated in place. */
  readonly text: TextDocument;
}

export interface DocumentListener {
  opened?(document: OpenDocument): void;
  /** Edits have been applied to `document.text`; in order. */
  changed?(document: OpenDocument, edits: readonly AppliedEdit[]): void;
  closed?(document: OpenDocument): void;
}

export class DocumentStore {
  private readonly open = new Map<string, OpenDocument>();
  private readonly listeners: DocumentListener[] = [];

  constructor(connection: Connection) {
    connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
      this.openText(uri, languageId, text, version);
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      const document = this.open.get(uri);
      if (!document) return;
      const edits = contentChanges.map((change) => applyChange(document.text, change, version));
      for (const listener of this.listeners) listener.changed?.(document, edits);
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => this.closeText(uri));
  }

  listen(listener: DocumentListener): void {
    this.listeners.push(listener);
  }

  get(uri: string): OpenDocument | undefined {
    return this.open.get(uri);
  }

  all(): OpenDocument[] {
    return [...this.open.values()];
  }

  /** Texts by absolute path, unsaved changes included. */
  texts(): Map<string, string> {
    return new Map(
      this.all().flatMap(({ file, text }) => (file === undefined ? [] : [[file, text.getText()]])),
    );
  }

  /** Also for what no editor holds as such: a notebook's cells as one text. */
  openText(uri: string, languageId: string, text: string, version = 1): void {
    // An editor that opens twice means the newer text.
    this.closeText(uri);
    const document = { uri, file: fileOf(uri), text: TextDocument.create(uri, languageId, version, text) };
    this.open.set(uri, document);
    for (const listener of this.listeners) listener.opened?.(document);
  }

  /** Gives such a document another text, as the one edit that makes it. */
  replaceText(uri: string, text: string): void {
    const document = this.open.get(uri);
    if (!document) return;
    const change = changeBetween(document.text, text);
    if (!change) return;
    const edits = [applyChange(document.text, change, document.text.version + 1)];
    for (const listener of this.listeners) listener.changed?.(document, edits);
  }

  closeText(uri: string): void {
    const document = this.open.get(uri);
    if (!document) return;
    this.open.delete(uri);
    for (const listener of this.listeners) listener.closed?.(document);
  }
}
