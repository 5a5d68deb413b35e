// Lints types and promises, and holds the arrows between rooms: a room may import only the rooms below it.
import tseslint from 'typescript-eslint';

const rooms = ['core', 'native', 'training', 'language-server', 'cli', 'webviews', 'extension'];

/** Which rooms each room may import; everything else is an error. `cli` sees frontends, not the server. */
const arrows = {
  core: [],
  native: ['core'],
  training: ['core', 'native'],
  'language-server': ['core'],
  cli: ['core', 'native', 'training', 'language-server'],
  webviews: ['core'],
  extension: ['core'],
};

const escape = (text) => text.replaceAll('/', '\\/');
const pattern = (regex, message) => ({ regex, message });

/** Relative imports that leave a room for one it must not know. */
function forbiddenRooms(room) {
  const forbidden = rooms.filter((other) => other !== room && !arrows[room].includes(other));
  return pattern(`^(\\.\\./)+(${forbidden.map(escape).join('|')})/`, `${room}/ must not import this room`);
}

function roomRules(room) {
  const patterns = [forbiddenRooms(room)];
  if (room !== 'extension') patterns.push(pattern('^vscode$', 'vscode belongs to extension/ alone'));
  if (room !== 'native' && room !== 'training') {
    patterns.push(pattern('^@tensorflow/', 'tf belongs to native/ and training/'));
  }
  if (room === 'core')
    patterns.push(pattern('^(node:|fs$|path$|os$|[a-z@])', 'core/ is pure: no packages, no I/O'));
  if (room === 'cli') patterns.push(pattern('language-server/(?!frontends/)', 'cli/ uses frontends only'));
  return {
    files: [`${room}/**/*.ts`],
    ignores: room === 'webviews' ? ['webviews/ui/toolkit.ts'] : [],
    rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, toolkit(room)] }] },
  };
}

/** The archived toolkit is imported by one module, so that replacing it is one edit. */
const toolkit = () => pattern('^@vscode/webview-ui-toolkit', 'import controls from webviews/ui/toolkit.ts');

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      '.cache',
      'examples',
      '**/*.mjs',
      'language-server/frontends/python/sandbox',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './webviews/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  ...rooms.map(roomRules),
  { files: ['cli/**', 'test/**', 'scripts/**'], rules: { 'no-console': 'off' } },
);
