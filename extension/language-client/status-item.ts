// The language status item: a window onto the state machine, with no state of its own.
import { type Disposable, languages, LanguageStatusSeverity, window } from 'vscode';
import { commands } from '../../core/protocol/commands';
import { views } from '../manifest/views';
import { modelUri } from '../model/model-uri';
import { documentSelector } from './documents';
import { type ServerState, type StatusView, statusView } from './server-state';

const severities: Readonly<Record<StatusView['severity'], LanguageStatusSeverity>> = {
  information: LanguageStatusSeverity.Information,
  warning: LanguageStatusSeverity.Warning,
  error: LanguageStatusSeverity.Error,
};

const actions: Readonly<Record<StatusView['action'], { title: string; command: string }>> = {
  log: { title: 'Show log', command: commands.showLog },
  restart: { title: 'Restart', command: commands.restart },
  // VS Code makes a command that shows a view, out of the view's id.
  model: { title: 'Show model', command: `${views.model}.focus` },
  problems: { title: 'Show problems', command: 'workbench.actions.view.problems' },
  trust: { title: 'Manage trust', command: 'workbench.trust.manage' },
  environment: { title: 'Choose Python environment', command: commands.choosePythonEnvironment },
};

export class StatusItem implements Disposable {
  private readonly item = languages.createLanguageStatusItem('espalier.status', [...documentSelector]);
  private readonly listener: Disposable;

  constructor(private readonly state: () => ServerState) {
    this.item.name = 'Espalier';
    this.listener = window.onDidChangeActiveTextEditor(() => this.update());
    this.update();
  }

  update(): void {
    const document = window.activeTextEditor?.document;
    const uri = document && modelUri(document);
    const { text, detail, severity, busy, action } = statusView(this.state(), uri);
    Object.assign(this.item, {
      text,
      detail,
      busy,
      severity: severities[severity],
      command: actions[action],
    });
  }

  dispose(): void {
    this.listener.dispose();
    this.item.dispose();
  }
}
