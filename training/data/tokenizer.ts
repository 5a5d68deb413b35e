// Byte-level byte-pair encoding out of a Hugging Face tokenizer.json: GPT-2's, Llama 3's, Qwen's and their like.
import { readData } from './files';
import { fingerprint } from './fingerprint';

export interface Tokenizer {
  /** Tokens that models must know. */
  readonly size: number;
  readonly hash: string;
  encode(text: string): Int32Array;
}

interface Json {
  readonly model?: {
    readonly type?: string;
    readonly vocab?: Record<string, number>;
    readonly merges?: readonly (string | readonly [string, string])[];
    readonly ignore_merges?: boolean;
  };
  readonly pre_tokenizer?: PreTokenizer | null;
  readonly normalizer?: { readonly type: string } | null;
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
}

interface PreTokenizer {
  readonly type: string;
  readonly add_prefix_space?: boolean;
  readonly use_regex?: boolean;
  readonly pretokenizers?: readonly PreTokenizer[];
  readonly pattern?: { readonly Regex?: string; readonly String?: string };
}

/** GPT-2's way of cutting text into words (Radford et al. 2019). */
const gpt2 = /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Rejects with one line that names the file, and the kind of tokenizer where it is not read. */
export async function readTokenizer(file: string): Promise<Tokenizer> {
  const bytes = await readData(file);
  const wrong = (what: string) => new Error(`${file} is no tokenizer that is read here: ${what}`);
  let json: Json;
  try {
    json = JSON.parse(bytes.toString('utf8')) as Json;
  } catch (error) {
    throw wrong((error as Error).message);
  }
  const { model, normalizer, added_tokens: added = [] } = json;
  if (model?.type !== 'BPE' || !model.vocab || !model.merges)
    throw wrong(`its model is ${model?.type ?? 'missing'}; byte-level BPE is read`);
  if (normalizer && normalizer.type !== 'NFC') throw wrong(`its normalizer ${normalizer.type} is not known`);
  const steps = stepsOf(json.pre_tokenizer ?? undefined);
  const byteLevel = steps.find(({ type }) => type === 'ByteLevel');
  if (!byteLevel || steps.some(({ type }) => type !== 'ByteLevel' && type !== 'Split'))
    throw wrong(
      `its pre-tokenizer is ${steps.map(({ type }) => type).join(', ') || 'missing'}; ByteLevel is read`,
    );
  const ranks = new Map(
    model.merges.map((merge, i) => [typeof merge === 'string' ? merge : merge.join(' '), i]),
  );
  const patterns = steps.flatMap((step) => patternOf(step) ?? []);
  const cut = byteLevel.use_regex === false ? patterns : [...patterns, gpt2];
  const { vocab } = model;
  const bpe = new Bpe(vocab, ranks, model.ignore_merges === true);
  const size = Math.max(...Object.values(vocab), ...added.map(({ id }) => id)) + 1;
  return {
    size,
    hash: fingerprint(bytes),
    encode(text) {
      const normal = normalizer ? text.normalize('NFC') : text;
      const ids: number[] = [];
      for (const [part, id] of withAdded(normal, added)) {
        if (id !== undefined) ids.push(id);
        else
          for (const word of words(prefixed(part, byteLevel), cut))
            for (const token of bpe.encode(word)) ids.push(token);
      }
      return Int32Array.from(ids);
    },
  };
}

const stepsOf = (step: PreTokenizer | undefined): readonly PreTokenizer[] =>
  step?.type === 'Sequence' ? (step.pretokenizers ?? []).flatMap(stepsOf) : step ? [step] : [];

function patternOf({ type, pattern }: PreTokenizer): RegExp | undefined {
  if (type !== 'Split' || !pattern?.Regex) return undefined;
  // Rust's inline flag for a group; JavaScript has no such thing everywhere, so both cases are spelled out.
  const regex = pattern.Regex.replace(/\(\?i:([^)]*)\)/g, (_, body: string) => `(?:${bothCases(body)})`);
  return new RegExp(regex, 'gu');
}

const bothCases = (body: string): string =>
  body.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

const prefixed = (text: string, { add_prefix_space }: PreTokenizer): string =>
  add_prefix_space && !text.startsWith(' ') ? ` ${text}` : text;

/** Special tokens stand for themselves. */
function* withAdded(
  text: string,
  added: NonNullable<Json['added_tokens']>,
): Generator<readonly [part: string, id?: number]> {
  if (added.length === 0) {
    yield [text];
    return;
  }
  const escaped = added.map(({ content }) => content.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const ids = new Map(added.map(({ content, id }) => [content, id]));
  for (const part of text.split(new RegExp(`(${escaped.join('|')})`, 'u'))) {
    if (part === '') continue;
    const id = ids.get(part);
    yield id === undefined ? [part] : [part, id];
  }
}

/** Cut by each pattern in turn; what a pattern does not match stays between its matches. */
function words(text: string, patterns: readonly RegExp[]): string[] {
  return patterns.reduce(
    (parts, pattern) =>
      parts.flatMap((part) => {
        const out: string[] = [];
        let at = 0;
        for (const match of part.matchAll(pattern)) {
          if (match.index > at) out.push(part.slice(at, match.index));
          if (match[0]) out.push(match[0]);
          at = match.index + match[0].length;
        }
        if (at < part.length) out.push(part.slice(at));
        return out;
      }),
    [text],
  );
}

class Bpe {
  private readonly known = new Map<string, readonly number[]>();

  constructor(
    private readonly vocab: Readonly<Record<string, number>>,
    private readonly ranks: ReadonlyMap<string, number>,
    private readonly ignoreMerges: boolean,
  ) {}

  encode(word: string): readonly number[] {
    let ids = this.known.get(word);
    if (!ids) this.known.set(word, (ids = this.merge(word)));
    return ids;
  }

  /** Sennrich et al. 2016, arXiv 1508.07909: the best-ranked pair of neighbours becomes one, until none is known. */
  private merge(word: string): number[] {
    const letters = [...Buffer.from(word, 'utf8')].map((byte) => byteLetters[byte]!);
    const whole = this.vocab[letters.join('')];
    if (this.ignoreMerges && whole !== undefined) return [whole];
    const parts = letters;
    for (;;) {
      let [best, at] = [Infinity, -1];
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = this.ranks.get(`${parts[i]!} ${parts[i + 1]!}`) ?? Infinity;
        if (rank < best) [best, at] = [rank, i];
      }
      if (at < 0) break;
      const pair = [parts[at]!, parts[at + 1]!] as const;
      // All places of that pair, from the left.
      for (let i = at; i + 1 < parts.length; i++)
        if (parts[i] === pair[0] && parts[i + 1] === pair[1]) parts.splice(i, 2, pair[0] + pair[1]);
    }
    return parts.map((part) => this.vocab[part] ?? 0);
  }
}

/** GPT-2 writes bytes as letters that can be seen: those that print as themselves, the others from 256 on. */
const byteLetters: readonly string[] = (() => {
  const prints = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || (b >= 174 && b <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(prints(byte) ? byte : next++));
})();
