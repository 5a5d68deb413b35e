// The extension, as a view sees it: typed requests, notifications, and a little state that outlives a reload.
import { Caller, type Channel } from '../../core/protocol/message-rpc';
import type {
  KeptState,
  ModelFileNotifications,
  ModelFileRequests,
  ViewNotifications,
  ViewRequests,
} from '../../core/protocol/webview';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
  getState(): unknown;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Each page asks for its own: what the others ask is refused. */
export type Host = Caller<ViewRequests & ModelFileRequests, ViewNotifications & ModelFileNotifications>;

const api = acquireVsCodeApi();

const channel: Channel = {
  post: (message) => api.postMessage(message),
  listen(receive) {
    const listener = ({ data }: MessageEvent<unknown>) => receive(data);
    addEventListener('message', listener);
    return () => removeEventListener('message', listener);
  },
};

export const host: Host = new Caller(channel);

/** What was kept, as unknown as anything that was written by another version of us. */
export const kept = (): Readonly<Record<string, unknown>> => {
  const state = api.getState();
  return typeof state === 'object' && state !== null ? (state as Record<string, unknown>) : {};
};

/** Adds to what is kept: the run's folder, without which the panel does not come back, and positions. */
export const keep = (state: Partial<KeptState> & Readonly<Record<string, unknown>>): void =>
  api.setState({ ...kept(), ...state });
