// Drives a real VS Code window in Chromium: files, lenses, commands, quick picks, notifications, webviews.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type Frame, type Locator, type Page } from 'playwright-core';
import { type Server, type ServerOptions, startServer } from './code-server';

export interface WindowOptions extends ServerOptions {
  readonly width?: number;
  readonly height?: number;
}

/** Debian's; `ESPALIER_CHROMIUM` names another. */
const executablePath = process.env['ESPALIER_CHROMIUM'] ?? '/usr/bin/chromium';

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

export class VsCode {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Server,
    readonly folder: string,
  ) {}

  static async start(options: WindowOptions): Promise<VsCode> {
    const server = await startServer(options);
    const browser = await chromium.launch({ executablePath, args: flags.split(' ') });
    const { width = 1280, height = 800 } = options;
    const page = await browser.newPage({ viewport: { width, height } });
    const vscode = new VsCode(page, browser, server, options.folder);
    try {
      await page.goto(`${server.url}/?folder=${encodeURIComponent(options.folder)}`);
      await vscode.ready();
      return vscode;
    } catch (error) {
      await vscode.stop();
      throw error;
    }
  }

  /** Waits for the workbench. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 90_000 });
  }

  /** Reloads the window, as "Developer: Reload Window" does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Opens a file of the workspace by a name that only it has. */
  async openFile(name: string): Promise<void> {
    const base = path.basename(name);
    // A file that was written a moment ago is found when its folder has been read again.
    for (let tries = 0; ; tries++) {
      const found = this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${base}"]`).first();
      try {
        await this.page.keyboard.press('Control+P');
        // A busy window may close the box that it has only just opened.
        await this.quickInput.fill(name, { timeout: 5000 });
        await found.waitFor({ timeout: 10_000 });
        // Rows move once more when the disk has been searched.
        await this.page.waitForTimeout(700);
        await found.click({ timeout: 2000 });
        break;
      } catch (error) {
        if (tries === 3) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await this.page.locator('.tab.active', { hasText: base }).first().waitFor();
  }

  /** Puts the cursor at the end of the active editor, once the editor has the keyboard. */
  async goToEnd(): Promise<void> {
    const atStart = this.page.locator('.statusbar-item', { hasText: 'Ln 1, Col 1' });
    for (let tries = 0; tries < 20; tries++) {
      await this.page.locator('.editor-group-container.active .editor-instance .view-lines').first().click();
      await this.page.keyboard.press('Control+End');
      await this.page.waitForTimeout(250);
      if (!(await atStart.isVisible())) return;
    }
    throw new Error('the cursor of the active editor does not move');
  }

  /** Brings a line of the active editor into view, counted from 1. */
  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.quickInput.fill(`:${line}`);
    await this.page.waitForTimeout(300);
    await this.page.keyboard.press('Enter');
  }

  /** The lens directly above a line on screen, by the text that the line begins with; undefined while there is none. */
  async lensAbove(text: string): Promise<string | undefined> {
    const editor = this.page.locator('.editor-group-container.active .editor-instance');
    const line = await editor.locator('.view-line', { hasText: text }).first().boundingBox();
    if (!line) return undefined;
    for (const lens of await editor.locator('.codelens-decoration').all()) {
      const box = await lens.boundingBox();
      const gap = box ? line.y - box.y : -1;
      if (box && gap > 0 && gap <= 2 * box.height)
        return (await lens.innerText()).replace(/\s+/g, ' ').trim();
    }
    return undefined;
  }

  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`);
    await this.item(title).first().waitFor();
    await this.page.waitForTimeout(500);
    await this.page.keyboard.press('Enter');
  }

  /** Puts on a colour theme by its name. */
  async theme(name: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill('>Preferences: Color Theme');
    // Not the first row: that one looks for themes on the network.
    await this.item(/^Preferences: Color Theme/)
      .first()
      .click();
    await this.page.waitForTimeout(700);
    await this.quickInput.fill(name);
    await this.item(name).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.waitForTimeout(1500);
  }

  /** The box of the quick pick, input box or palette that is open. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  /** Rows of the open quick pick. */
  item(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', {
      hasText: text,
    });
  }

  /** Takes a row of the open quick pick. */
  async pick(text: string | RegExp): Promise<void> {
    // Where the mouse still rests over a row, its hover may lie over the one that is wanted.
    await this.page.mouse.move(5, 5);
    await this.item(text).first().click({ timeout: 60_000 });
  }

  /** Types into the open input box or quick pick, and accepts. */
  async answer(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Types into an input box and accepts, once it has taken the place of the list that was asked before. */
  async write(text: string): Promise<void> {
    await this.page.locator('.quick-input-widget .quick-input-list').waitFor({ state: 'hidden' });
    await this.answer(text);
  }

  /** Code lenses of the active editor, as they are read: one text a line of lenses. */
  async lenses(): Promise<string[]> {
    const all = await this.page.locator('.editor-instance .codelens-decoration').allInnerTexts();
    return all.map((text) => text.replace(/\s+/g, ' ').trim());
  }

  lens(text: string | RegExp): Locator {
    return this.page.locator('.editor-instance .codelens-decoration a', { hasText: text });
  }

  /** Waits for a lens and clicks it; `nth` where several lines carry it. */
  async clickLens(text: string | RegExp, nth = 0): Promise<void> {
    await this.lens(text).nth(nth).click({ timeout: 60_000 });
  }

  /** Notifications on screen. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** Presses a button of a notification. */
  async press(notification: string | RegExp, button: string): Promise<void> {
    await this.notification(notification).locator('.monaco-button', { hasText: button }).first().click();
  }

  /** The page inside the webview whose document has `selector`: a frame inside a frame. */
  async frame(selector: string, timeout = 30_000): Promise<Frame> {
    const deadline = Date.now() + timeout;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) {
        const found = await frame.$(selector).catch(() => null);
        if (found && frame !== this.page.mainFrame()) return frame;
      }
      await this.page.waitForTimeout(200);
    }
    throw new Error(`no webview holds ${selector}`);
  }

  tab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: title });
  }

  /** Rows of a tree view in the side bar. */
  treeItem(text: string | RegExp): Locator {
    return this.page.locator('.sidebar .monaco-list-row', { hasText: text });
  }

  /** Opens the context menu of a row; again where a busy window drew the row anew under the click. */
  async contextMenu(row: Locator, name: string | RegExp): Promise<Locator> {
    const entry = this.page.getByRole('menuitem', { name }).first();
    for (let tries = 0; ; tries++) {
      await row.click({ button: 'right' });
      try {
        await entry.waitFor({ timeout: 8000 });
        return entry;
      } catch (error) {
        if (tries === 3) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Takes an entry of the context menu of a row. */
  async choose(row: Locator, name: string | RegExp): Promise<void> {
    await (await this.contextMenu(row, name)).hover();
    // A menu takes no click of the moment in which it opened.
    await this.page.waitForTimeout(500);
    await this.page.keyboard.press('Enter');
  }

  /** Shows a view container of the activity bar by its title. */
  async openSideBar(title: string): Promise<void> {
    await this.page.locator(`.activitybar .action-item a[aria-label^="${title}"]`).click();
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  /** What the extension wrote to its output channel, and what the extension host says of it. */
  async logs(): Promise<string> {
    const folder = path.join(this.server.userData, 'logs');
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const wanted = names.filter((name) => /Espalier\.log$|remoteexthost\.log$/.test(name));
    const texts = await Promise.all(
      wanted.map(async (name) => `== ${name}\n${await readFile(path.join(folder, name), 'utf8')}`),
    );
    return texts.join('\n');
  }

  /** Lies in the command line of every process that this window started. */
  get home(): string {
    return path.dirname(this.server.userData);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}
