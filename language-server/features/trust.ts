// Trust and settings: when either changes, everything is read again under the new rules.
import type { LanguageClientNotifications } from '../../core/protocol/language-server';
import type { ParamsOf } from '../../core/protocol/typed';
import type { Feature } from '../context';

const method = 'espalier/trust' satisfies keyof LanguageClientNotifications;

export const trust: Feature = ({ connection, workspace, models }) => {
  connection.onNotification(method, (params: ParamsOf<LanguageClientNotifications, typeof method>) =>
    // What is not plainly a yes is a no.
    workspace.setTrusted((params as Partial<typeof params> | undefined)?.trusted === true),
  );
  workspace.onChange((change) => {
    if (change === 'reading') models.rereadAll();
  });
};
