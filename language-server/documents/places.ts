// Where something stands that a trace saw: the present line of an open document, or a line of another file.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SourceRange } from '../../core/graph/model-graph';
import type { Place } from '../../core/protocol/language-server';
import type { KnownModel, ModelState } from './model-state';

/** A range of the text as it is now. */
export interface PlacedRange {
  readonly uri: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

/** Undefined when the line was deleted, or the file has no absolute path. */
export function rangeNow(
  state: ModelState,
  { lines }: KnownModel,
  source: SourceRange,
): PlacedRange | undefined {
  const here = state.isHere(source);
  if (!here && !path.isAbsolute(source.file)) return undefined;
  const [start, end] = here
    ? [lines.at(source.startLine), lines.at(source.endLine)]
    : [source.startLine, source.endLine];
  if (start === undefined) return undefined;
  return {
    uri: here ? state.document.uri : pathToFileURL(source.file).href,
    range: {
      start: { line: start, character: source.startColumn },
      // A last line that went away takes the end with it.
      end: { line: end ?? start, character: end === undefined ? source.startColumn : source.endColumn },
    },
  };
}

/** The innermost place in this document, else the innermost at all: whoever looks for a layer looks here first. */
export function placeOf(
  state: ModelState,
  model: KnownModel,
  sources: readonly SourceRange[],
): Place | undefined {
  const source = sources.find(state.isHere) ?? sources[0];
  const placed = source && rangeNow(state, model, source);
  return placed && { uri: placed.uri, ...placed.range.start };
}
