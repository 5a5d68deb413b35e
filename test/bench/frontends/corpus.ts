// What a corpus of the frontend benchmark is: texts that people write, and what the real framework says about them.

export interface Case {
  /** What the table calls it: `resnet50`. */
  readonly id: string;
  /** The name that the text gets on disk; it decides which frontend reads it. */
  readonly file: string;
  /** What a user would write. The frontend reads it, and the real framework runs the very same text. */
  readonly text: string;
  /** The model's name in the trace and the variable in the text. */
  readonly model: string;
  /** The input's shape, batch first; absent where only parameters are compared. */
  readonly input?: readonly number[];
  /** The input holds whole numbers: token ids. */
  readonly tokens?: boolean;
  /** Instead of `input`, where forward takes several: shapes by the names of its arguments. `…_ids` are whole numbers. */
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
}

type NamedShape = readonly [name: string, shape: readonly number[]];

/** What the real framework says. */
export interface Facts {
  /** Elements of all parameters, each counted once. */
  readonly params: number;
  /** Parameters and buffers, by name, in the framework's order; null where only counts were published. */
  readonly state: readonly NamedShape[] | null;
  /** What each leaf layer made, in the order of the calls; null where the model was not run. */
  readonly outputs: readonly NamedShape[] | null;
  readonly result: readonly number[] | null;
  /** What is published for the model once its norms are folded into its convolutions: `3.2` M and `8.7` GFLOPs. */
  readonly fused?: { readonly millions: string; readonly gflops: string };
}

/** The framework itself could not build or run the case: it is left out of the count, by name. */
export interface Unknown {
  readonly error: string;
}

export interface Corpus {
  readonly id: string;
  /** A row of the table: `torchvision, classification`. */
  readonly title: string;
  /** Shares of the cases that must be exact, 0 … 1; absent where the corpus does not measure it. */
  readonly goals: {
    readonly count: number;
    readonly names?: number;
    readonly shapes?: number;
    readonly fused?: number;
  };
  /** Finds the real package and its models, or says in one line why it is not here. */
  load(environment: Environment): Promise<LoadedCorpus | string>;
}

export interface Environment {
  /** An interpreter that has the real frameworks. */
  readonly python: string;
  /** Folders with packages that are not installed in it. */
  readonly pythonPath: readonly string[];
}

export interface LoadedCorpus {
  /** What answers: `torchvision 0.14.1 on torch 1.13.1`. */
  readonly version: string;
  readonly cases: readonly Case[];
  /** Folders whose packages the frontend may read, as it reads a user's environment. */
  readonly packages: readonly string[];
  /** Asks the real framework, once for all cases: `facts[i]` is about `cases[i]`. */
  facts(cases: readonly Case[]): Promise<readonly (Facts | Unknown)[]>;
}
