// `npm run bench:mutations [N [first seed]]`: reads N broken versions of real model files; the sandbox must survive each.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pythonFiles, Survey } from './mutations/survey';

/** Folders whose files are broken, where they are there: what this repository holds, and what PyTorch's users have. */
const folders = [
  'examples/pytorch',
  'test/golden/pytorch',
  '/usr/lib/python3/dist-packages/torchvision/models',
  ...(process.env['ESPALIER_PYTHONPATH'] ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, 'timm/models')),
];

async function main(count: number, first: number): Promise<number> {
  const packages = [
    '/usr/lib/python3/dist-packages',
    ...(process.env['ESPALIER_PYTHONPATH'] ?? '').split(path.delimiter),
  ];
  const files = folders
    .map((folder) => path.resolve(folder))
    .filter(existsSync)
    .flatMap(pythonFiles);
  const survey = new Survey({
    distDir: path.join(process.cwd(), 'dist'),
    deadlineMs: 10_000,
    memoryMb: 512,
    files,
    packages: packages.filter(Boolean),
  });
  const { findings } = survey;
  await survey.start();
  console.log(`${count} mutants of ${files.length} files, from seed ${first}`);
  for (let said = 0, seed = first; seed < first + count; seed++) {
    await survey.read(seed);
    for (; said < findings.complaints.length; said++) console.log(`  ${findings.complaints[said]!}`);
    if (findings.mutants % 500 === 0)
      console.log(`  ${findings.mutants} read, ${Math.round(findings.memoryMb)} MB at most`);
  }
  await survey.dispose();
  const codes = [...findings.codes].sort(([, a], [, b]) => b - a).map(([code, n]) => `${code} ${n}`);
  console.log(
    `${findings.mutants} mutants, ${findings.withModels} with a model, ${findings.complaints.length} complaints`,
  );
  console.log(
    `slowest ${Math.round(findings.slowestMs)} ms, at most ${Math.round(findings.memoryMb)} MB; ${codes.join(', ')}`,
  );
  return findings.complaints.length === 0 ? 0 : 1;
}

const [count = '10000', first = '0'] = process.argv.slice(2);
main(Number(count), Number(first)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
