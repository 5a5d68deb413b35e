// Reads mutants through the Python frontend and analysis, and holds every answer to what the editor relies on.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { readModels } from '../../../language-server/documents/reading';
import type { Frontend, TraceResult } from '../../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../../language-server/frontends/python/frontend';
import { type Mutant, mutate } from './mutate';

export interface SurveyOptions {
  readonly distDir: string;
  readonly deadlineMs: number;
  readonly memoryMb: number;
  /** Python files to break; imports are read from their folders. */
  readonly files: readonly string[];
  readonly packages?: readonly string[];
}

/** What a survey found: how often which message came, and everything that must not happen. */
export interface Findings {
  mutants: number;
  withModels: number;
  readonly codes: Map<string, number>;
  readonly complaints: string[];
  slowestMs: number;
  /** Megabytes of the whole process, at their highest. */
  memoryMb: number;
}

/** Beside the deadline: what Python has to report what it found, and the machine to be busy with other things. */
const slackMs = 6_000;
const good = 'import torch\nfrom torch import nn\n\nnet = nn.Sequential(nn.Linear(2, 3), nn.ReLU())\n';

export class Survey {
  readonly findings: Findings = {
    mutants: 0,
    withModels: 0,
    codes: new Map(),
    complaints: [],
    slowestMs: 0,
    memoryMb: 0,
  };
  private readonly frontend: Frontend;
  private readonly sources: readonly { readonly file: string; readonly text: string }[];
  private last: TraceResult = { models: [], diagnostics: [] };

  constructor(private readonly options: SurveyOptions) {
    const inner = createPythonFrontend(options);
    this.frontend = { ...inner, trace: async (...args) => (this.last = await inner.trace(...args)) };
    this.sources = options.files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  }

  /** Boots the sandbox, which is in nobody's time. */
  async start(): Promise<void> {
    await this.checkGood(-1, (what) => {
      throw new Error(what);
    });
  }

  dispose(): Promise<void> {
    return this.frontend.dispose();
  }

  /** Reads the mutant of this seed. */
  async read(seed: number): Promise<void> {
    const source = this.sources[seed % this.sources.length]!;
    const mutant = mutate(source.text, seed);
    const start = performance.now();
    const complain = (what: string) => {
      this.findings.complaints.push(
        `seed ${seed}, ${path.basename(source.file)}, ${mutant.done.join(', ')}: ${what}`,
      );
    };
    try {
      await this.judge(source.file, mutant, complain);
    } catch (error) {
      complain(`rejected: ${String(error)}`);
    }
    const took = performance.now() - start;
    this.findings.mutants += 1;
    this.findings.slowestMs = Math.max(this.findings.slowestMs, took);
    if (took > this.options.deadlineMs + slackMs) complain(`took ${Math.round(took)} ms`);
    const memory = process.memoryUsage().rss / 2 ** 20;
    this.findings.memoryMb = Math.max(this.findings.memoryMb, memory);
    // The sandbox that was lost boots here, outside the next mutant's time; and every mutant leaves a clean one.
    const lost = this.last.diagnostics.some(({ code }) => code.startsWith('sandbox-'));
    if (lost || seed % 20 === 0) await this.checkGood(seed, complain);
  }

  private async judge(file: string, mutant: Mutant, complain: (what: string) => void): Promise<void> {
    const { packages = [] } = this.options;
    // A file of an installed package is imported as part of it.
    const workspaceFolder = packages.find((folder) => file.startsWith(folder)) ?? path.dirname(file);
    const request = { file, text: mutant.text, workspaceFolder, packages };
    const { models, remarks } = await readModels(this.frontend, request, new AbortController().signal);
    const lines = mutant.text.split('\n').length;
    if (models.length > 0) this.findings.withModels += 1;
    for (const { code } of this.last.diagnostics) {
      this.findings.codes.set(code, (this.findings.codes.get(code) ?? 0) + 1);
    }
    for (const { code, message, range } of remarks) {
      if (code === 'analysis') complain(message);
      if (code === 'sandbox-lost' && !/nested too deeply/.test(message)) complain(message);
      if (message.trim() === '' || /[\n\r]/.test(message)) complain(`no one-line message: ${message}`);
      const here = range.file === file;
      if (here && !(range.startLine >= 0 && range.startLine <= range.endLine && range.endLine <= lines)) {
        complain(`${code} stands at line ${range.startLine} … ${range.endLine} of ${lines}`);
      }
    }
    for (const { graph } of this.last.models) {
      const flaw = flawOf(graph);
      if (flaw) complain(flaw);
    }
  }

  private async checkGood(seed: number, complain: (what: string) => void): Promise<void> {
    const text = `${good}# ${seed}\n`;
    const request = { file: '/nowhere/good.py', text };
    const { models, diagnostics } = await this.frontend.trace(request, new AbortController().signal);
    if (models.length !== 1 || models[0]!.graph.nodes.length !== 2 || diagnostics.length > 0)
      complain(`the next good file is read wrongly: ${JSON.stringify(diagnostics)}`);
  }
}

/** What is wrong with a graph that analysis and training could not bear. */
function flawOf(graph: ModelGraph): string | undefined {
  const made = new Set(graph.inputs);
  for (const node of graph.nodes) {
    const missing = node.inputs.find((id) => !made.has(id));
    if (missing !== undefined) return `node ${node.id} (${node.op}) uses ${missing} before it is made`;
    for (const id of node.outputs) made.add(id);
    const param = Object.values(node.params).find((name) => !graph.params[name]);
    if (param !== undefined)
      return `node ${node.id} (${node.op}) has a parameter ${param} that the graph lacks`;
  }
  const lost = graph.outputs.find((id) => !made.has(id));
  if (lost !== undefined) return `output ${lost} is made by no node`;
  const odd = Object.values(graph.params).find(({ shape }) =>
    shape.some((n) => !Number.isSafeInteger(n) || n < 0),
  );
  return odd && `parameter ${odd.name} has the shape ${odd.shape.join('×')}`;
}

/** Python files below a folder, in the order of their names. */
export function pythonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
