// A YOLO file as rows with their places in the text: what the YAML says, before anybody asks what it means.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import type { SourceRange } from '../../../core/graph/model-graph';
import type { FrontendDiagnostic } from '../frontend';

export interface ModelFile {
  readonly rows: readonly FileRow[];
  /** The keys beside backbone and head. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly scales: readonly Scale[];
}

export interface FileRow {
  readonly from: readonly number[];
  readonly repeats: number;
  readonly module: string;
  readonly args: readonly unknown[];
  readonly range: SourceRange;
}

export interface Setting {
  readonly value: unknown;
  readonly range: SourceRange;
}

/** Compound scaling: how deep, how wide, and how many channels at most. */
export interface Scale {
  readonly name: string;
  readonly depth: number;
  readonly width: number;
  readonly maxChannels: number;
  readonly range: SourceRange;
}

/** More rows than any published network has a hundredfold; a file beyond this is no model. */
const mostRows = 5000;
const mostScales = 50;

export class FileReader {
  readonly diagnostics: FrontendDiagnostic[] = [];
  private readonly lines = new LineCounter();

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {}

  /** Undefined where the file is no model at all; what is wrong is in `diagnostics`. */
  read(): ModelFile | undefined {
    const document = parseDocument(this.text, { lineCounter: this.lines, uniqueKeys: false });
    const [error] = document.errors;
    if (error) {
      this.report(
        error.message.split('\n')[0]!.replace(/ at line.*$/, ''),
        this.span(error.pos[0], error.pos[1]),
      );
      return undefined;
    }
    const root = document.contents;
    if (!isMap(root)) {
      this.report('a YOLO file is a map with the keys backbone and head', this.span(0, this.text.length));
      return undefined;
    }
    const settings = new Map<string, Setting>();
    for (const { key, value } of entriesOf(root)) {
      if (key === 'backbone' || key === 'head' || key === 'scales') continue;
      settings.set(key, { value: plainOf(value), range: this.rangeOf(value) });
    }
    const rows = ['backbone', 'head'].flatMap((key) => this.rows(root.get(key, true), key, root));
    return { rows, settings, scales: this.scales(root.get('scales', true)) };
  }

  report(message: string, range: SourceRange, severity: FrontendDiagnostic['severity'] = 'error'): void {
    this.diagnostics.push({ range, severity, code: 'yolo-yaml', message });
  }

  private rows(list: unknown, key: string, root: YAMLMap): FileRow[] {
    if (!isSeq(list)) {
      this.report(`${key} is not a list of rows [from, repeats, module, args]`, this.rangeOf(list ?? root));
      return [];
    }
    if (list.items.length > mostRows) {
      this.report(`${key} has more than ${mostRows} rows`, this.rangeOf(list));
      return [];
    }
    return list.items.flatMap((item) => this.row(item) ?? []);
  }

  private row(item: unknown): FileRow | undefined {
    const range = this.rangeOf(item);
    const value = plainOf(item);
    if (!Array.isArray(value) || value.length !== 4) {
      this.report('a row is [from, repeats, module, args]', range);
      return undefined;
    }
    const [from, repeats, module, args] = value as unknown[];
    const list: unknown[] = Array.isArray(from) ? from : [from];
    if (list.length === 0 || list.length > 100 || !list.every((index) => Number.isInteger(index)))
      return this.refuse(`from is ${brief(from)}, not the number of a row or a list of them`, range);
    if (!Number.isInteger(repeats) || Number(repeats) < 1 || Number(repeats) > 1000)
      return this.refuse(`repeats is ${brief(repeats)}, not a whole number from 1 to 1000`, range);
    if (typeof module !== 'string' || module === '')
      return this.refuse(`the module is ${brief(module)}, not a name such as Conv`, range);
    if (!Array.isArray(args))
      return this.refuse(`the arguments of ${module} are ${brief(args)}, not a list`, range);
    return { from: list as number[], repeats: Number(repeats), module, args, range };
  }

  private refuse(message: string, range: SourceRange): undefined {
    this.report(message, range);
    return undefined;
  }

  private scales(node: unknown): Scale[] {
    if (node === undefined || node === null) return [];
    if (!isMap(node)) {
      this.report('scales is not a map of names to [depth, width, most channels]', this.rangeOf(node));
      return [];
    }
    return entriesOf(node)
      .slice(0, mostScales)
      .flatMap(({ key, value, keyNode }): Scale[] => {
        const numbers = plainOf(value);
        const range = this.rangeOf(keyNode);
        const sound =
          Array.isArray(numbers) &&
          (numbers.length === 2 || numbers.length === 3) &&
          numbers.every((number) => typeof number === 'number' && number > 0 && Number.isFinite(number));
        if (!sound) {
          this.report(`scale ${key} is ${brief(numbers)}, not [depth, width, most channels]`, range);
          return [];
        }
        const [depth, width, maxChannels = Infinity] = numbers as [number, number, number?];
        return [{ name: key, depth, width, maxChannels, range }];
      });
  }

  private rangeOf(node: unknown): SourceRange {
    const range = (node as Node | undefined)?.range;
    return range ? this.span(range[0], range[1]) : this.span(0, 0);
  }

  private span(start: number, end: number): SourceRange {
    const [from, to] = [this.lines.linePos(start), this.lines.linePos(Math.max(start, end))];
    return {
      file: this.file,
      startLine: Math.max(0, from.line - 1),
      startColumn: Math.max(0, from.col - 1),
      endLine: Math.max(0, to.line - 1),
      endColumn: Math.max(0, to.col - 1),
    };
  }
}

function entriesOf(map: YAMLMap): { key: string; keyNode: unknown; value: unknown }[] {
  return map.items.flatMap(({ key, value }) =>
    isScalar(key) ? [{ key: String(key.value), keyNode: key, value }] : [],
  );
}

/** Plain values of a node; aliases stay out, as nobody needs them here and they can multiply without end. */
function plainOf(node: unknown, depth = 0): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node) && depth < 8) return node.items.map((item) => plainOf(item, depth + 1));
  if (isMap(node) && depth < 8)
    return Object.fromEntries(entriesOf(node).map(({ key, value }) => [key, plainOf(value, depth + 1)]));
  return undefined;
}

const brief = (value: unknown): string =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
