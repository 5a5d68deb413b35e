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
  /** The items with more to say, once that is known; until then the picker looks busy. A rejection leaves them as they are. */
  readonly later?: Promise<readonly (PickItem<T> | QuickPickItem)[]>;
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
  let isOpen = true;
  if (options.later) {
    picker.busy = true;
    const refine = (better: readonly (PickItem<T> | QuickPickItem)[]) => {
      if (!isOpen) return;
      const at = items.findIndex((item) => item === picker.activeItems[0]);
      picker.items = better;
      picker.activeItems = better.slice(at, at + 1);
    };
    const done = () => {
      if (isOpen) picker.busy = false;
    };
    void options.later.then(refine, () => undefined).then(done);
  }
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
      isOpen = false;
      resolve(answer);
      picker.dispose();
    };
    picker.show();
  });
}
