// A quick pick as one step of several: with a way back, and with items that can be read but not taken.
import { QuickInputButtons, type QuickPickItem, window } from 'vscode';
import type { StepPosition } from './steps';

export interface PickItem<T> extends QuickPickItem {
  readonly value: T;
  /** Why it cannot be taken; said when people try. */
  readonly refused?: string;
}

export interface PickOptions<T> extends StepPosition {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly (PickItem<T> | QuickPickItem)[];
  /** The item that is focused first. */
  readonly active?: T | undefined;
}

const isPick = <T>(item: QuickPickItem | undefined): item is PickItem<T> =>
  item !== undefined && 'value' in item;

export function pick<T>(options: PickOptions<T>): Promise<{ readonly value: T } | 'back' | undefined> {
  const picker = window.createQuickPick<PickItem<T> | QuickPickItem>();
  const { title, placeholder, items, active, step, total, canGoBack } = options;
  Object.assign(picker, { title, placeholder, items, ignoreFocusOut: true });
  if (total > 1) Object.assign(picker, { step, totalSteps: total });
  Object.assign(picker, { matchOnDescription: true, matchOnDetail: true });
  if (canGoBack) picker.buttons = [QuickInputButtons.Back];
  const first = items.find((item) => isPick<T>(item) && item.value === active);
  if (first) picker.activeItems = [first];
  return new Promise((resolve) => {
    picker.onDidTriggerButton(() => finish('back'));
    picker.onDidHide(() => finish(undefined));
    picker.onDidAccept(() => {
      const [item] = picker.activeItems;
      if (!isPick<T>(item)) return;
      if (item.refused === undefined) return finish({ value: item.value });
      // Said where people look; they go on choosing.
      picker.value = '';
      picker.placeholder = `${item.label.replace(/\$\([\w-]+\)\s*/, '')}: ${item.refused}`;
    });
    const finish = (answer: { readonly value: T } | 'back' | undefined) => {
      resolve(answer);
      picker.dispose();
    };
    picker.show();
  });
}
