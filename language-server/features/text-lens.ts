// Where a model is most likely declared, judged by the text alone: the lens waits there for the exact one.
import type { TextFacts } from '../syntactic/facts';

/** The declaration below a `# espalier:` comment, or else the last one that builds layers. */
export function likelyModelLine({ declarations, layers }: TextFacts, text: string): number {
  const comment = /^[^\S\n]*(?:#|\/\/)[^\S\n]*espalier:[^\S\n]*model\b/m.exec(text);
  if (comment) {
    const line = text.slice(0, comment.index).split('\n').length - 1;
    return declarations.find((declaration) => declaration.line > line)?.line ?? line;
  }
  const builders = declarations.filter(({ line, endLine }) =>
    layers.some((layer) => layer.line >= line && layer.line <= endLine),
  );
  return builders.at(-1)?.line ?? layers[0]?.line ?? 0;
}
