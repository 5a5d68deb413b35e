// The manifest in package.json and the one in code say the same, both ways.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../core/protocol/commands';
import { contextKeys } from '../../../extension/manifest/context-key-names';
import { settings } from '../../../extension/manifest/settings';
import { modelFileEditor, modelFilePatterns, panelTypes, views } from '../../../extension/manifest/views';

const root = path.resolve(import.meta.dirname, '../../..');
interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string; icon?: string }[];
    readonly menus: Readonly<Record<string, readonly { command: string; when?: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Record<string, unknown>>> };
    readonly views: Readonly<Record<string, readonly { id: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { id: string; icon: string }[] };
    readonly customEditors: readonly {
      viewType: string;
      selector: readonly { filenamePattern: string }[];
    }[];
    readonly viewsWelcome: readonly { view: string; contents: string; when?: string }[];
    readonly keybindings: readonly { command: string; key: string; mac: string; when: string }[];
    readonly walkthroughs: readonly {
      id: string;
      steps: readonly {
        description: string;
        media: { markdown: string };
        completionEvents: readonly string[];
      }[];
    }[];
  };
}
const text = readFileSync(path.join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const sorted = (items: Iterable<string>) => [...items].sort();
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

describe('commands', () => {
  it('are the same in code and manifest', () => {
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(
      sorted(Object.values(commands)),
    );
  });

  it('have a title under the category Espalier', () => {
    for (const { command, title, category } of contributes.commands) {
      expect(title, command).toMatch(/^[A-Z]/);
      expect(category, command).toBe('Espalier');
    }
  });

  it('that menus, welcome texts and walkthroughs name exist', () => {
    const menus = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
    const links = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...steps.map((step) => step.description),
    ];
    const named = [
      ...menus.map(({ command }) => command),
      ...links.flatMap((link) => [...link.matchAll(/command:(espalier\.\w+)/g)].map((match) => match[1]!)),
    ];
    expect(named.length).toBeGreaterThan(10);
    for (const command of named) expect(Object.values(commands)).toContain(command);
  });

  it('on an inline button or in a title bar have an icon', () => {
    const shown = Object.values(contributes.menus)
      .flat()
      .filter((item) => /inline|navigation/.test((item as { group?: string }).group ?? ''));
    for (const { command } of shown) {
      expect(
        contributes.commands.find((candidate) => candidate.command === command)?.icon,
        command,
      ).toBeDefined();
    }
  });
});

describe('settings', () => {
  const { properties } = contributes.configuration;

  it('are the same in code and manifest', () => {
    expect(sorted(Object.keys(properties))).toEqual(sorted(Object.values(settings).map(({ key }) => key)));
  });

  it.each(Object.values(settings))(
    '$key declares the type, default, bounds and scope that code reads',
    (setting) => {
      expect(properties[setting.key]).toMatchObject(setting.schema);
      expect(properties[setting.key]).toSatisfy((property: Record<string, unknown>) =>
        Boolean(property['description'] ?? property['markdownDescription']),
      );
    },
  );

  it('become usable values whatever people write', () => {
    for (const setting of Object.values(settings)) {
      for (const junk of [undefined, null, {}, [], Number.NaN]) {
        expect(setting.from(junk), setting.key).toBe(setting.schema.default);
      }
    }
    expect(settings.traceDeadline.from(0)).toBe(1);
    expect(settings.traceDeadline.from(1e9)).toBe(300);
    expect(settings.device.from('  webgpu ')).toBe('webgpu');
    expect(settings.inlayHints.from(false)).toBe(false);
    expect(settings.pythonEnvironment.from(' /env ')).toBe('/env');
  });
});

describe('context keys', () => {
  const clauses = [
    ...Object.values(contributes.menus).flat(),
    ...contributes.keybindings,
    ...contributes.viewsWelcome,
  ].map(({ when }) => when ?? '');
  const events = steps.flatMap(({ completionEvents }) => completionEvents);

  it('in when clauses and completion events exist in code', () => {
    const views = new Set<string>(
      Object.values(contributes.views)
        .flat()
        .map(({ id }) => id),
    );
    const named = clauses.flatMap((when) => [...when.matchAll(/espalier\.\w+/g)].map(([key]) => key));
    const waited = events.filter((event) => event.startsWith('onContext:')).map((event) => event.slice(10));
    for (const key of [...named.filter((name) => !views.has(name)), ...waited]) {
      expect(Object.values(contextKeys)).toContain(key);
    }
  });

  it('in code are used by the manifest', () => {
    for (const key of Object.values(contextKeys)) expect([...clauses, ...events].join(' ')).toContain(key);
  });
});

describe('keys', () => {
  it('are chords, and only where a model is: whole keys belong to people', () => {
    for (const { command, key, mac, when } of contributes.keybindings) {
      // In our own tree whole keys are ours.
      if (when === `focusedView == ${views.runs} && !inputFocus`) continue;
      expect(key, command).toMatch(/^ctrl\+k /);
      expect(mac, command).toBe(key.replace('ctrl', 'cmd'));
      expect(when, command).toContain(contextKeys.modelDocument);
    }
  });
});

describe('views', () => {
  it('are the same in code and manifest', () => {
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([views.container]);
    expect(contributes.views).toMatchObject({ [views.container]: [{ id: views.model }, { id: views.runs }] });
    expect(new Set(contributes.viewsWelcome.map(({ view }) => view))).toEqual(
      new Set([views.model, views.runs]),
    );
  });

  it('wake the extension when a panel comes back after a reload', () => {
    const panels = manifest.activationEvents.filter((event) => event.startsWith('onWebviewPanel:'));
    expect(sorted(panels)).toEqual(sorted(Object.values(panelTypes).map((type) => `onWebviewPanel:${type}`)));
  });

  it('have the editor of model files that code registers', () => {
    expect(contributes.customEditors.map(({ viewType }) => viewType)).toEqual([modelFileEditor]);
    const patterns = contributes.customEditors[0]!.selector.map(({ filenamePattern }) => filenamePattern);
    expect(patterns).toEqual(modelFilePatterns);
  });

  it('have the walkthrough that a command opens', () => {
    expect(contributes.walkthroughs.map(({ id }) => id)).toEqual([views.walkthrough]);
  });
});

describe('files that the manifest names', () => {
  it('exist', () => {
    const media = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...steps.map((step) => step.media.markdown),
    ];
    for (const file of media) expect(readFileSync(path.join(root, file)).length, file).toBeGreaterThan(0);
  });

  it('include an icon of 128 by 128 pixels', () => {
    const png = readFileSync(path.join(root, manifest.icon));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([128, 128]);
  });
});

describe('activation', () => {
  it('waits for a language, a panel, or a command: nothing starts with every window', () => {
    for (const event of manifest.activationEvents) expect(event).toMatch(/^on(Language|WebviewPanel):/);
  });
});
