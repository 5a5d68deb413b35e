// Byte-level byte-pair encoding out of a Hugging Face tokenizer.json: GPT-2's, Llama 3's, Qwen's and their like.
import { readData } from './files';
import { fingerprint } from './fingerprint';
import { type AddedToken, addedSplitter } from './tokenizer-added';
import { cutterOf, type PreTokenizer } from './tokenizer-words';

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
    readonly unk_token?: string | null;
    readonly continuing_subword_prefix?: string | null;
    readonly end_of_word_suffix?: string | null;
    readonly byte_fallback?: boolean;
  };
  readonly pre_tokenizer?: PreTokenizer | null;
  readonly normalizer?: { readonly type: string } | null;
  readonly added_tokens?: readonly AddedToken[];
}

const forms: readonly string[] = ['NFC', 'NFD', 'NFKC', 'NFKD'];

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
  const marked = (['continuing_subword_prefix', 'end_of_word_suffix', 'byte_fallback'] as const).find(
    (key) => model[key],
  );
  if (marked) throw wrong(`its model has ${marked}; byte-level BPE without it is read`);
  if (normalizer && !forms.includes(normalizer.type))
    throw wrong(`its normalizer ${normalizer.type} is not known`);
  const cut = cutterOf(json.pre_tokenizer ?? undefined, wrong);
  const split = addedSplitter(added);
  const ranks = new Map(
    model.merges.map((merge, i) => [typeof merge === 'string' ? merge : merge.join(' '), i]),
  );
  const vocab = new Map(Object.entries(model.vocab));
  const unknown = model.unk_token ? vocab.get(model.unk_token) : undefined;
  const bpe = new Bpe(vocab, ranks, model.ignore_merges === true, unknown);
  const ids = [...vocab.values(), ...added.map(({ id }) => id)];
  const size = ids.reduce((most, id) => Math.max(most, id), -1) + 1;
  return {
    size,
    hash: fingerprint(bytes),
    encode(text) {
      const ids: number[] = [];
      for (const [part, id] of split(text)) {
        if (id !== undefined) ids.push(id);
        else {
          const normal = normalizer ? part.normalize(normalizer.type) : part;
          for (const word of cut(normal)) for (const token of bpe.encode(word)) ids.push(token);
        }
      }
      return Int32Array.from(ids);
    },
  };
}

class Bpe {
  private readonly known = new Map<string, readonly number[]>();

  constructor(
    private readonly vocab: ReadonlyMap<string, number>,
    private readonly ranks: ReadonlyMap<string, number>,
    private readonly ignoreMerges: boolean,
    /** Stands for what the vocabulary lacks; without it, that is left out. */
    private readonly unknown: number | undefined,
  ) {}

  encode(word: string): readonly number[] {
    let ids = this.known.get(word);
    if (!ids) this.known.set(word, (ids = this.merge(word)));
    return ids;
  }

  /** Sennrich et al. 2016, arXiv 1508.07909: the best-ranked pair of neighbours becomes one, until none is known. */
  private merge(word: string): number[] {
    const letters = [...Buffer.from(word, 'utf8')].map((byte) => byteLetters[byte]!);
    const whole = this.vocab.get(letters.join(''));
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
    return parts.flatMap((part) => this.vocab.get(part) ?? this.unknown ?? []);
  }
}

/** GPT-2 writes bytes as letters that can be seen: those that print as themselves, the others from 256 on. */
const byteLetters: readonly string[] = (() => {
  const prints = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || (b >= 174 && b <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(prints(byte) ? byte : next++));
})();
