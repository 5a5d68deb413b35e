// What the text alone says of a model file: where models are declared and which layers their code builds.

export interface TextFacts {
  readonly declarations: readonly Declaration[];
  readonly layers: readonly TextLayer[];
}

/** A class, function or variable at the top of the file. Lines are zero-based. */
export interface Declaration {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'variable';
  readonly line: number;
  readonly endLine: number;
}

/** A call that builds a layer. */
export interface TextLayer {
  /** As the framework calls it: `Conv2d`, `conv2d`. */
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
  /** Trainable parameters, when the literal arguments tell. */
  readonly params?: number;
}
