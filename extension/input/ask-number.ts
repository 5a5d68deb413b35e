// An input box for a number field, as one step of several: the field's own bounds and words.
import { QuickInputButtons, window } from 'vscode';
import { bounds, checkField } from '../../core/recipe/check-field';
import type { NumberField } from '../../core/recipe/field';
import { parseNumber } from './parse-number';
import type { StepPosition } from './steps';

export interface AskOptions extends StepPosition {
  readonly title: string;
  readonly field: NumberField;
  readonly value: number;
  /** What the messages call the number: `sparsity`. */
  readonly name: string;
  readonly method: string;
}

export function askNumber(options: AskOptions): Promise<{ readonly value: number } | 'back' | undefined> {
  const { field, title, value, name, method, step, total, canGoBack } = options;
  const box = window.createInputBox();
  const prompt = `${field.doc} ${bounds(field)}${field.unit ? `, ${field.unit}` : ''}.`;
  Object.assign(box, { title, prompt, value: String(value), step, totalSteps: total, ignoreFocusOut: true });
  if (canGoBack) box.buttons = [QuickInputButtons.Back];
  const problem = () => checkField(field, parseNumber(box.value, field), name, method);
  return new Promise((resolve) => {
    const finish = (answer: { readonly value: number } | 'back' | undefined) => {
      resolve(answer);
      box.dispose();
    };
    box.onDidChangeValue(() => (box.validationMessage = problem()));
    box.onDidTriggerButton(() => finish('back'));
    box.onDidHide(() => finish(undefined));
    box.onDidAccept(() => {
      box.validationMessage = problem();
      const parsed = parseNumber(box.value, field);
      if (box.validationMessage === undefined && typeof parsed === 'number') finish({ value: parsed });
    });
    box.show();
  });
}
