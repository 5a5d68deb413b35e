// Definition and references between the line that builds a layer and the lines that use it, both ways.
import type { Location } from 'vscode-languageserver/node';
import type { Feature } from '../context';
import type { KnownModel, ModelState } from '../documents/model-state';
import { rangeNow } from '../documents/places';
import { attributeUses } from '../syntactic/python-attributes';
import { type Point, rangeOf } from '../syntactic/python-nodes';

/** More places than this are no answer; a block in a loop over a thousand would give them. */
const most = 100;

export const layerNavigation: Feature = ({ definitions, references, models, provide }) => {
  provide({ definitionProvider: true, referencesProvider: true });
  definitions.add(({ textDocument: { uri }, position }) => {
    const state = models.get(uri);
    return state ? distinct(definitionsAt(state, position)) : [];
  });
  references.add(({ textDocument: { uri }, position, context: { includeDeclaration } }) => {
    const state = models.get(uri);
    return state ? distinct(referencesAt(state, position, includeDeclaration)) : [];
  });
};

/** Where `self.conv1` is assigned; where no name leads there, the lines that built what a call calls. */
function definitionsAt(state: ModelState, at: Point): Location[] {
  const uri = state.document.uri;
  const own = attributesAt(state, at);
  if (own?.isUse && own.assignments.length > 0)
    return own.assignments.map((node) => ({ uri, range: rangeOf(node) }));
  if (own && !own.isUse) return [];
  return state.models.flatMap((model) => {
    const paths = new Set(callsAt(state, model, at).flatMap((call) => call.paths));
    const built = model.report.modules.filter(({ path }) => paths.has(path));
    return built.flatMap(({ source }) => (source ? (rangeNow(state, model, source) ?? []) : []));
  });
}

/** All uses of the attribute in its class, and the calls of what is built here, also in loops over a container. */
function referencesAt(state: ModelState, at: Point, includeDeclaration: boolean): Location[] {
  const uri = state.document.uri;
  const own = attributesAt(state, at);
  const named = own
    ? [...(includeDeclaration ? own.assignments : []), ...own.uses].map((node) => ({
        uri,
        range: rangeOf(node),
      }))
    : [];
  const traced = state.models.flatMap((model) => {
    const built = own
      ? inside(model, own.owner, own.name)
      : new Set(modulesAt(state, model, at).flatMap((path) => lineage(path)));
    const calls = model.report.calls.filter(({ paths }) => paths.some((path) => built.has(path)));
    return calls.flatMap(({ source }) => rangeNow(state, model, source) ?? []);
  });
  // `self.conv1(x)` is found by its name already; the trace adds what loops call.
  const known = named.map(({ range }) => range.start.line);
  return [
    ...named,
    ...traced.filter((place) => place.uri !== uri || !known.includes(place.range.start.line)),
  ];
}

function attributesAt(state: ModelState, at: Point) {
  const tree = state.syntax?.current;
  return tree?.language === 'python' ? attributeUses(tree.root, at) : undefined;
}

/** The innermost calls of the user's code around a place. */
function callsAt(state: ModelState, model: KnownModel, at: Point) {
  const around = model.report.calls.filter(({ source }) => {
    const range = state.isHere(source) ? rangeNow(state, model, source)?.range : undefined;
    return range !== undefined && holds(range, at);
  });
  const size = ({ source }: (typeof around)[number]) =>
    (source.endLine - source.startLine) * 10_000 + source.endColumn - source.startColumn;
  const smallest = Math.min(...around.map(size));
  return around.filter((call) => size(call) === smallest);
}

/** Modules that are built by the innermost expression around a place. */
function modulesAt(state: ModelState, model: KnownModel, at: Point): string[] {
  const here = model.report.modules.flatMap(({ path, source }) => {
    const range = source && state.isHere(source) ? rangeNow(state, model, source)?.range : undefined;
    return range && holds(range, at)
      ? [{ path, length: range.end.character - range.start.character, range }]
      : [];
  });
  const lines = Math.min(...here.map(({ range }) => range.end.line - range.start.line));
  return here.filter(({ range }) => range.end.line - range.start.line === lines).map(({ path }) => path);
}

/** The modules that instances of a class keep under a name, and those one level below: what loops call. */
function inside({ report }: KnownModel, owner: string, name: string): Set<string> {
  const owners = new Set(report.modules.filter(({ type }) => type === owner).map(({ path }) => path));
  const kept = [...owners].map((path) => (path === '' ? name : `${path}.${name}`));
  const direct = new Set(kept);
  const children = report.modules.filter(({ path }) => direct.has(path.slice(0, path.lastIndexOf('.'))));
  return new Set([...kept, ...children.map(({ path }) => path)]);
}

/** A layer in a Sequential is called by nobody's line but the Sequential's. */
const lineage = (path: string): string[] => {
  const parts = path.split('.');
  return /^\d+$/.test(parts.at(-1)!) && parts.length > 1 ? [path, parts.slice(0, -1).join('.')] : [path];
};

const holds = ({ start, end }: Location['range'], { line, character }: Point): boolean =>
  (line > start.line || (line === start.line && character >= start.character)) &&
  (line < end.line || (line === end.line && character <= end.character));

function distinct(places: readonly Location[]): Location[] {
  const unique = new Map(
    places.map((place) => [`${place.uri} ${place.range.start.line}:${place.range.start.character}`, place]),
  );
  return [...unique.values()].slice(0, most);
}
