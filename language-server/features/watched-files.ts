// Files that change on disk: models that import them are read again.
import { DidChangeWatchedFilesNotification } from 'vscode-languageserver/node';
import type { Feature } from '../context';
import { fileOf } from '../documents/uri';

export const watchedFiles: Feature = ({ connection, documents, models, workspace }) => {
  workspace.onStart(() => {
    if (!workspace.client.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
    const watchers = [{ globPattern: '**/*.{py,ts,tsx,mts,cts,js,jsx,mjs,cjs}' }];
    connection.client
      .register(DidChangeWatchedFilesNotification.type, { watchers })
      .catch(() => connection.console.warn('files that change on disk are not noticed'));
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) {
      const file = fileOf(uri);
      // What an open editor shows is newer than the disk.
      if (file !== undefined && !documents.get(uri)) models.rereadImporters(file);
    }
  });
};
