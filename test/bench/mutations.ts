// `npm run bench:mutations [N [first seed]]`: reads N broken versions of real model files; the sandbox must survive each.
import path from 'node:path';
import { environment, folderOf } from './frontends/ask-python';
import { pythonFiles, Survey } from './mutations/survey';

/** What is broken beside this repository's own models: what PyTorch's users have, where it is installed. */
const libraries: readonly (readonly [name: string, models: string])[] = [
  ['torchvision', 'torchvision/models'],
  ['timm', 'timm/models'],
];

async function main(count: number, first: number): Promise<number> {
  const installed = await Promise.all(
    libraries.map(async ([name, models]) => {
      const folder = await folderOf(environment, name);
      if (folder === undefined) console.log(`${environment.python} has no ${name}: it is left out`);
      return folder === undefined ? [] : [{ folder, models: path.join(folder, models) }];
    }),
  );
  const found = installed.flat();
  const files = ['examples/pytorch', 'test/golden/pytorch', ...found.map(({ models }) => models)]
    .map((folder) => path.resolve(folder))
    .flatMap(pythonFiles);
  const survey = new Survey({
    distDir: path.join(process.cwd(), 'dist'),
    deadlineMs: 10_000,
    memoryMb: 512,
    files,
    packages: [...new Set([...found.map(({ folder }) => folder), ...environment.pythonPath])],
  });
  const { findings } = survey;
  await survey.start();
  console.log(`${count} mutants of ${files.length} files, from seed ${first}`);
  for (let said = 0, seed = first; seed < first + count; seed++) {
    await survey.read(seed);
    for (; said < findings.complaints.length; said++) console.log(`  ${findings.complaints[said]!}`);
    if (findings.mutants % 100 === 0)
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
