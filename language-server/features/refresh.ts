// Asks the editor to ask again for lenses and hints when something became known without a key being pressed.
import type { Feature } from '../context';

export const refresh: Feature = ({ connection, models, workspace }) => {
  let waiting = false;
  const ask = () => {
    if (waiting) return;
    waiting = true;
    // Several documents may finish in one turn; the editor asks for all of them anyway.
    setImmediate(() => {
      waiting = false;
      const { codeLens, inlayHint } = workspace.client.workspace ?? {};
      const ignore = () => undefined;
      if (codeLens?.refreshSupport) void connection.sendRequest('workspace/codeLens/refresh').catch(ignore);
      if (inlayHint?.refreshSupport) void connection.sendRequest('workspace/inlayHint/refresh').catch(ignore);
    });
  };
  models.onChange(ask);
  workspace.onChange(ask);
};
