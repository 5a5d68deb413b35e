// A process of its own that loads a binding and computes with it: what would crash takes nobody along.
// argv: the binding. stdout: one line of JSON, {"gpu": …} or {"error": …}.
import { tf } from '../../tf';
import { loadBackend } from './load';

async function check(binding: string): Promise<{ gpu: boolean }> {
  const { isUsingGpuDevice } = await loadBackend(binding);
  await tf.setBackend('tensorflow');
  const y = tf.matMul(tf.ones([8, 16]), tf.ones([16, 4]));
  const [first] = await y.data();
  if (first !== 16) throw new Error(`a product of ones gives ${first}, not 16`);
  return { gpu: isUsingGpuDevice === true };
}

check(process.argv[2]!).then(
  (found) => void process.stdout.write(`${JSON.stringify(found)}\n`),
  (error: Error) => {
    process.stdout.write(`${JSON.stringify({ error: error.message.split('\n')[0] })}\n`);
    process.exitCode = 1;
  },
);
