// Tells the extension what the server knows of each document; each news once.
import type { DocumentStatus, LanguageServerNotifications } from '../../core/protocol/language-server';
import type { ParamsOf } from '../../core/protocol/typed';
import type { Feature } from '../context';

const method = 'espalier/status' satisfies keyof LanguageServerNotifications;

export const status: Feature = ({ connection, models, documents }) => {
  const told = new Map<string, string>();
  const tell = (news: DocumentStatus) => {
    const text = JSON.stringify(news);
    if (told.get(news.uri) === text) return;
    told.set(news.uri, text);
    const params: ParamsOf<LanguageServerNotifications, typeof method> = news;
    void connection.sendNotification(method, params);
  };
  models.onChange((uri, state) => {
    if (state) return tell({ uri, ...state.status });
    tell({ uri, state: 'idle' });
    told.delete(uri);
  });
  // Typing can break the text, which nothing else announces.
  documents.listen({
    changed: ({ uri }) => {
      const state = models.get(uri);
      if (state) tell({ uri, ...state.status });
    },
  });
};
