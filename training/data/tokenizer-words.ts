// How a byte-level tokenizer cuts text into words, before pairs are merged within each: its pre-tokenizer.

export interface PreTokenizer {
  readonly type: string;
  readonly add_prefix_space?: boolean;
  readonly use_regex?: boolean;
  readonly individual_digits?: boolean;
  readonly pretokenizers?: readonly PreTokenizer[];
  readonly pattern?: { readonly Regex?: string; readonly String?: string };
  readonly behavior?: string;
  readonly invert?: boolean;
}

type Cut = (part: string) => string[];
type Wrong = (what: string) => Error;

/** GPT-2's way of cutting text into words (Radford et al. 2019). */
const gpt2 = `'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+`;

const kinds: Readonly<Record<string, (step: PreTokenizer, wrong: Wrong) => Cut>> = {
  ByteLevel({ add_prefix_space: prefix, use_regex: regex }, wrong) {
    const cut = regex === false ? undefined : cutBy(compiled(gpt2, wrong), true);
    return (part) => {
      const text = prefix && !part.startsWith(' ') ? ` ${part}` : part;
      return cut ? cut(text) : [text];
    };
  },
  Split(step, wrong) {
    const { pattern = {}, behavior, invert = false } = step;
    const source = pattern.Regex ?? pattern.String?.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    if (source === undefined) throw wrong('its Split has no pattern');
    // Cut out, or kept and what is between them dropped, as converters of tiktoken's files write it.
    const keepsGaps = behavior === 'Isolated';
    if (!keepsGaps && !(behavior === 'Removed' && invert))
      throw wrong(`its Split is ${behavior}${invert ? ', inverted' : ''}; Isolated is read`);
    return cutBy(compiled(source, wrong), keepsGaps);
  },
  Digits: ({ individual_digits: each }, wrong) => cutBy(compiled(each ? '\\p{N}' : '\\p{N}+', wrong), true),
};

/** Each step cuts what the one before it left. Throws by `wrong` what is not read here. */
export function cutterOf(first: PreTokenizer | undefined, wrong: Wrong): Cut {
  const steps = stepsOf(first);
  if (
    !steps.some(({ type }) => type === 'ByteLevel') ||
    steps.some(({ type }) => !Object.hasOwn(kinds, type))
  )
    throw wrong(
      `its pre-tokenizer is ${steps.map(({ type }) => type).join(', ') || 'missing'}; ByteLevel is read`,
    );
  const cuts = steps.map((step) => kinds[step.type]!(step, wrong));
  return (text) => cuts.reduce((parts, cut) => parts.flatMap(cut), [text]);
}

const stepsOf = (step: PreTokenizer | undefined): readonly PreTokenizer[] =>
  step?.type === 'Sequence' ? (step.pretokenizers ?? []).flatMap(stepsOf) : step ? [step] : [];

/** @param keepsGaps whether what is between matches is a word too. */
const cutBy =
  (pattern: RegExp, keepsGaps: boolean): Cut =>
  (part) => {
    const out: string[] = [];
    let at = 0;
    for (const match of part.matchAll(pattern)) {
      if (keepsGaps && match.index > at) out.push(part.slice(at, match.index));
      if (match[0]) out.push(match[0]);
      at = match.index + match[0].length;
    }
    if (keepsGaps && at < part.length) out.push(part.slice(at));
    return out;
  };

/** Oniguruma's syntax in JavaScript's, as far as published tokenizers use it. */
function compiled(source: string, wrong: Wrong): RegExp {
  const regex = source
    // Unicode's white space: JavaScript's own has the byte order mark and lacks U+0085.
    .replace(/\\s/g, '\\p{White_Space}')
    .replace(/\\S/g, '\\P{White_Space}')
    // A group's own flag, which not every JavaScript engine has: both cases are spelled out.
    .replace(/\(\?i:([^)]*)\)/g, (_, body: string) => `(?:${bothCases(body)})`)
    // Possessive, outside of classes: in tiktoken's patterns what follows never matches what they take, so going back
    // would find nothing.
    .replace(
      /(\\.|\[(?:\\.|[^\]\\])*\])|([?+*])\+/g,
      (_, kept: string | undefined, sign: string) => kept ?? sign,
    );
  try {
    return new RegExp(regex, 'gu');
  } catch {
    throw wrong(`its pattern ${source.slice(0, 80)} is not read`);
  }
}

/** The long s folds to s, and the Kelvin sign to k. */
const folded: Readonly<Record<string, string>> = { s: 'ſ', k: '\u212a' };

const bothCases = (body: string): string =>
  body.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}${folded[letter] ?? ''}]`);
