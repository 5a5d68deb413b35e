// Which documents concern us: nothing heavy starts until one of them is open.

/** What the language client synchronises once it runs. */
export const documentSelector = [
  { scheme: 'file', language: 'python' },
  // The cells of notebooks; what is synchronised is the notebook.
  { scheme: 'vscode-notebook-cell', language: 'python' },
  { scheme: 'file', language: 'typescript' },
  { scheme: 'file', language: 'typescriptreact' },
  { scheme: 'file', language: 'javascript' },
  { scheme: 'file', language: 'javascriptreact' },
  // Recipes, and YOLO models.
  { scheme: 'file', language: 'yaml' },
  { scheme: 'file', pattern: '**/model.json' },
  { scheme: 'file', pattern: '**/*.safetensors.index.json' },
] as const;

export interface Glance {
  readonly languageId: string;
  readonly fileName: string;
  readonly text: string;
}

/** Imports stand at the top; a look at this much of a file costs a fraction of a millisecond. */
const glanced = 100_000;

const python = /^[ \t]*(?:from|import)[ \t]+(?:torch|torchvision|keras|tensorflow|timm)\b|^#[ \t]*espalier:/m;
const script = /['"]@tensorflow\/tfjs[\w-]*['"]|\btf\.(?:layers|sequential|model|input)\b/;

const yolo = /^(?:backbone|head)[ \t]*:/m;
const tfjs = /"modelTopology"[ \t]*:/;

export const isRecipe = (fileName: string): boolean => /\.espalier\.ya?ml$/.test(fileName);

/** Whether a document may hold a model, or is a recipe. */
export function concerns({ languageId, fileName, text }: Glance): boolean {
  if (isRecipe(fileName)) return true;
  const head = text.slice(0, glanced);
  if (languageId === 'python') return python.test(head);
  if (languageId === 'yaml') return yolo.test(head);
  if (/[\\/]model\.json$/.test(fileName)) return tfjs.test(head);
  if (fileName.endsWith('.safetensors.index.json')) return true;
  return /^(?:type|java)script(?:react)?$/.test(languageId) && script.test(head);
}
