// The editor's choice of a Python environment: when it changes, everything is read again with the other packages.
import type { LanguageClientNotifications } from '../../core/protocol/language-server';
import type { ParamsOf } from '../../core/protocol/typed';
import type { Feature } from '../context';

const method = 'espalier/pythonEnvironment' satisfies keyof LanguageClientNotifications;

export const pythonEnvironment: Feature = ({ connection, workspace }) => {
  connection.onNotification(method, (params: ParamsOf<LanguageClientNotifications, typeof method>) =>
    workspace.setPython((params as Partial<typeof params> | undefined)?.pythonPath),
  );
};
