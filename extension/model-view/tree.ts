// The model view: follows the active editor, asks the language server row by row, and keeps nothing that grew old.
import {
  type Disposable,
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import type { ModelOutline } from '../../core/protocol/language-server';
import type { LanguageServer } from '../language-client/language-server';
import type { ServerEvent } from '../language-client/server-state';
import { log, reasonOf } from '../log';
import { contextKeys, setContextKey } from '../manifest/context-keys';
import { views } from '../manifest/views';
import { FollowedDocument } from './followed-document';
import { treeItem } from './item';
import { type ModelRow, modelRows, pathToLine, type Row, rowsInside, rowsOfModel } from './rows';

export class ModelTree implements TreeDataProvider<Row>, Disposable {
  private readonly emitter = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.emitter.event;
  private readonly view: TreeView<Row>;
  private readonly followed: FollowedDocument;
  private readonly outlines = new Map<string, Promise<ModelOutline | null>>();
  private unprunable = false;

  constructor(private readonly server: LanguageServer) {
    this.followed = new FollowedDocument(server, () => this.refresh());
    this.view = window.createTreeView(views.model, { treeDataProvider: this, showCollapseAll: true });
  }

  /** Something became known of a document, or the server went away. */
  changed(event: ServerEvent): void {
    this.followed.changed(event);
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (!row) return this.models();
    if (row.kind !== 'model') return rowsInside(row, this.unprunable);
    const outline = await this.outlineOf(row);
    return outline ? rowsOfModel(row, outline, this.unprunable) : [];
  }

  getTreeItem(row: Row): TreeItem {
    return treeItem(row);
  }

  getParent(row: Row): Row | undefined {
    return row.parent;
  }

  async filter(unprunable: boolean): Promise<void> {
    this.unprunable = unprunable;
    await setContextKey(contextKeys.onlyUnprunable, unprunable);
    this.refresh();
  }

  /** Selects the row of what a line builds; false where it builds nothing. */
  async reveal(uri: string, line: number): Promise<boolean> {
    if (this.unprunable) await this.filter(false);
    for (const model of await this.models()) {
      const outline = await this.outlineOf(model);
      const items = outline && pathToLine(outline.children, uri, line);
      if (!items) continue;
      let row: Row = model;
      for (const { path } of items) {
        const inside: Row[] = await this.getChildren(row);
        row = inside.find((child) => child.kind === 'module' && child.item.path === path) ?? row;
      }
      await this.view.reveal(row, { select: true, focus: true });
      return true;
    }
    return false;
  }

  dispose(): void {
    this.followed.dispose();
    this.view.dispose();
    this.emitter.dispose();
  }

  private async models(): Promise<ModelRow[]> {
    const { uri } = this.followed;
    if (uri === undefined || this.server.state.server !== 'running') return [];
    try {
      return modelRows(uri, await this.server.ask('espalier/outline', { uri }));
    } catch (error) {
      log().warn(`model view: ${reasonOf(error)}`);
      return [];
    }
  }

  private outlineOf({ id, uri, summary }: ModelRow): Promise<ModelOutline | null> {
    let outline = this.outlines.get(id);
    if (!outline) {
      outline = this.server
        .ask('espalier/modelOutline', { uri, model: summary.name })
        .catch((error: unknown) => {
          log().warn(`model view: ${reasonOf(error)}`);
          return null;
        });
      this.outlines.set(id, outline);
    }
    return outline;
  }

  private refresh(): void {
    this.outlines.clear();
    const message = this.followed.message ?? (this.unprunable ? 'Only what cannot be pruned.' : undefined);
    // No message takes the line away, which the property's type does not say.
    Object.assign(this.view, { message });
    this.emitter.fire();
  }
}
