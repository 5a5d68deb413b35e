// Several features may answer the same kind of request, such as hovers of models and of recipes. LSP knows one handler.
import type { CancellationToken, RemoteConsole } from 'vscode-languageserver/node';
import { oneLine } from './documents/reading';

export type Answer<Params, Item> = (
  params: Params,
  token: CancellationToken,
) => readonly Item[] | Promise<readonly Item[]>;

/** Collects what all features answer. One that throws is a line in the log, and the others' answers stand. */
export class Answers<Params, Item> {
  private readonly answers: Answer<Params, Item>[] = [];

  constructor(
    private readonly kind: string,
    private readonly console: RemoteConsole,
  ) {}

  add(answer: Answer<Params, Item>): void {
    this.answers.push(answer);
  }

  async ask(params: Params, token: CancellationToken): Promise<Item[]> {
    const items: Item[] = [];
    for (const answer of this.answers) {
      if (token.isCancellationRequested) break;
      try {
        items.push(...(await answer(params, token)));
      } catch (error) {
        this.console.error(`${this.kind}: ${oneLine(error)}`);
      }
    }
    return items;
  }
}
