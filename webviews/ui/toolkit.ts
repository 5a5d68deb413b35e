// The one module that knows the (archived) toolkit: the controls we use, made and registered here.
import {
  type Button,
  type Checkbox,
  type Dropdown,
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';

export type { Button, Dropdown };

// It styles through constructable style sheets, which a policy without 'unsafe-inline' allows.
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeProgressRing(),
);

export interface ButtonOptions {
  readonly appearance?: 'primary' | 'secondary';
  /** What a screen reader says, where the text is a sign. */
  readonly label?: string;
  readonly onClick: () => void;
}

export function button(text: string, { appearance = 'secondary', label, onClick }: ButtonOptions): Button {
  const element = document.createElement('vscode-button') as Button;
  element.setAttribute('appearance', appearance);
  if (label) {
    element.setAttribute('aria-label', label);
    element.title = label;
  }
  element.textContent = text;
  element.addEventListener('click', onClick);
  return element;
}

export interface Choice {
  readonly id: string;
  readonly name: string;
}

/** `onChoose` hears choices of the user, not the first one. */
export function dropdown(
  label: string,
  choices: readonly Choice[],
  chosen: string,
  onChoose: (id: string) => void,
): Dropdown {
  const element = document.createElement('vscode-dropdown') as Dropdown;
  element.setAttribute('aria-label', label);
  for (const { id, name } of choices) {
    const option = document.createElement('vscode-option');
    option.setAttribute('value', id);
    option.toggleAttribute('selected', id === chosen);
    option.textContent = name;
    element.append(option);
  }
  element.addEventListener('change', () => onChoose(element.value));
  return element;
}

export function checkbox(text: string, checked: boolean, onChange: (checked: boolean) => void): Checkbox {
  const element = document.createElement('vscode-checkbox') as Checkbox;
  element.textContent = text;
  element.toggleAttribute('checked', checked);
  element.addEventListener('change', () => onChange(element.checked));
  return element;
}

/** Turns while something is awaited; hidden from screen readers, which hear the words beside it. */
export function progressRing(): HTMLElement {
  const element = document.createElement('vscode-progress-ring');
  element.setAttribute('aria-hidden', 'true');
  return element;
}
