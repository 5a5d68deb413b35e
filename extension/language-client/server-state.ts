// The one state machine behind the status item: what the language server is doing, and what it knows of each document.
import type { DocumentStatus } from '../../core/protocol/language-server';

export interface ServerState {
  readonly server: 'off' | 'starting' | 'running' | 'down';
  /** Why it is down: one line. */
  readonly reason?: string;
  readonly documents: ReadonlyMap<string, DocumentStatus>;
}

export type ServerEvent =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'down'; readonly reason: string }
  | { readonly kind: 'document'; readonly status: DocumentStatus }
  | { readonly kind: 'closed'; readonly uri: string };

export const initialState: ServerState = { server: 'off', documents: new Map() };

/** What a server said of documents dies with it: a status that outlives its server would be a lie. */
export function nextState(state: ServerState, event: ServerEvent): ServerState {
  switch (event.kind) {
    case 'starting':
    case 'running':
      return { server: event.kind, documents: event.kind === 'running' ? state.documents : new Map() };
    case 'stopped':
      return initialState;
    case 'down':
      return { server: 'down', reason: event.reason, documents: new Map() };
    case 'document':
      return { ...state, documents: new Map(state.documents).set(event.status.uri, event.status) };
    case 'closed': {
      const documents = new Map(state.documents);
      documents.delete(event.uri);
      return { ...state, documents };
    }
  }
}

/** What the status item shows for the document in front. */
export interface StatusView {
  readonly text: string;
  readonly detail: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly busy: boolean;
  /** What a click does. */
  readonly action: 'log' | 'restart' | 'model' | 'problems' | 'trust' | 'environment';
}

export function statusView(state: ServerState, uri: string | undefined): StatusView {
  const quiet = { severity: 'information', busy: false, action: 'log' } as const;
  if (state.server === 'starting') return { ...quiet, text: 'Espalier', detail: 'starting', busy: true };
  if (state.server === 'off') return { ...quiet, text: 'Espalier', detail: 'waits for a model file' };
  if (state.server === 'down') {
    const detail = state.reason ?? 'the language server is down';
    return { text: 'Espalier is down', detail, severity: 'error', busy: false, action: 'restart' };
  }
  const status = uri === undefined ? undefined : state.documents.get(uri);
  if (!status) return { ...quiet, text: 'Espalier', detail: 'no model in this file' };
  return { ...quiet, ...documentView(status) };
}

type DocumentView = Partial<StatusView> & Pick<StatusView, 'text' | 'detail'>;

function documentView(status: DocumentStatus): DocumentView {
  const view = stateView(status);
  if (status.cause === 'untrusted') return { ...view, action: 'trust' };
  return status.cause === 'packages' ? { ...view, action: 'environment' } : view;
}

function stateView({ state, detail }: DocumentStatus): DocumentView {
  switch (state) {
    case 'idle':
      return { text: 'Espalier', detail: detail ?? 'ready' };
    case 'tracing':
      return { text: 'Espalier: reading', detail: detail ?? 'the model is being read', busy: true };
    case 'exact':
      // A note says how far; the model view has all of them.
      return {
        text: detail === undefined ? 'Espalier: exact' : 'Espalier: exact, with notes',
        detail: detail ?? 'the model was read exactly',
        action: 'model',
      };
    case 'syntactic':
      return {
        text: 'Espalier: from the text',
        detail: detail ?? 'not read exactly yet',
        action: 'problems',
      };
    case 'stale':
      return {
        text: 'Espalier: stale',
        detail: detail ?? 'shows the last version that could be read',
        severity: 'warning',
        action: 'problems',
      };
    case 'failed':
      return {
        text: 'Espalier: cannot read',
        detail: detail ?? 'the Problems panel says why',
        severity: 'warning',
        action: 'problems',
      };
  }
}
