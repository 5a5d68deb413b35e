// An input box as one step of several: what is typed is read while people type, and what is wrong with it said below.
import { QuickInputButtons, window } from 'vscode';
import type { StepPosition } from './steps';

/** What a text means, or what is wrong with it in one line. */
export type Read<T> = { readonly value: T } | { readonly problem: string };

export interface AskOptions<T> extends StepPosition {
  readonly title: string;
  readonly prompt: string;
  /** Stands in the box. */
  readonly text: string;
  readonly read: (text: string) => Read<T>;
}

export function askText<T>(options: AskOptions<T>): Promise<{ readonly value: T } | 'back' | undefined> {
  const { title, prompt, text, read, step, total, canGoBack } = options;
  const box = window.createInputBox();
  Object.assign(box, { title, prompt, value: text, step, totalSteps: total, ignoreFocusOut: true });
  if (canGoBack) box.buttons = [QuickInputButtons.Back];
  return new Promise((resolve) => {
    const finish = (answer: { readonly value: T } | 'back' | undefined) => {
      resolve(answer);
      box.dispose();
    };
    const check = () => {
      const answer = read(box.value);
      box.validationMessage = 'problem' in answer ? answer.problem : undefined;
      return answer;
    };
    box.onDidChangeValue(check);
    box.onDidTriggerButton(() => finish('back'));
    box.onDidHide(() => finish(undefined));
    box.onDidAccept(() => {
      const answer = check();
      if ('value' in answer) finish(answer);
    });
    box.show();
  });
}
