// `espalier devices`: what can train here, and why the rest cannot; linking a TensorFlow, and letting go of it.
import { installTensorFlow } from '../../native/devices/tensorflow/install';
import { removeInstalled } from '../../native/devices/tensorflow/installed';
import { listDevices } from '../../native/devices/table';
import type { Device } from '../../native/devices/device';
import { measureRates, type Rates } from '../../native/devices/rates';
import { byteWords } from '../../core/byte-words';
import { type Command, UsageError } from '../command';
import { StatusLine } from '../status-line';
import { formatTable } from '../table';

export const devicesCommand: Command = {
  name: 'devices',
  usage: 'devices [install | remove] [--measure] [--fetch] [--gpu]',
  summary: 'what can train here, and why the rest cannot',
  options: {
    measure: { type: 'boolean' },
    fetch: { type: 'boolean' },
    gpu: { type: 'boolean' },
  },
  help: [
    '--measure  time a product of matrices and a convolution on each device that works',
    "install    link the TensorFlow of one of your Python environments, or of ESPALIER_TENSORFLOW's",
    '--fetch    with install: fetch TensorFlow by pip where there is none',
    '--gpu      with install --fetch: the one with CUDA libraries, two gigabytes more',
    'remove     forget the linked TensorFlow, and what was fetched for it',
  ],

  async run({ distDir, print, positionals, options, signal }) {
    const [what] = positionals;
    if (what === 'install') await install(distDir, options, signal, print);
    else if (what === 'remove') {
      removeInstalled();
      print('no TensorFlow is linked any more');
    } else if (what === undefined) await list(distDir, options['measure'] === true, print);
    else throw new UsageError(`espalier devices takes install or remove, not ${what}`);
  },
};

async function install(
  distDir: string,
  options: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const status = new StatusLine();
  try {
    const { tensorflow, gpu, folder } = await installTensorFlow({
      distDir,
      folders: [process.cwd()],
      fetch: options['fetch'] === true,
      gpu: options['gpu'] === true,
      signal,
      onStep: (text) => status.show(text),
    });
    status.clear();
    print(
      `TensorFlow ${tensorflow} in ${folder} is linked; device ${gpu ? 'cuda' : 'tensorflow'} can be used`,
    );
  } finally {
    status.clear();
  }
}

async function list(distDir: string, measure: boolean, print: (line: string) => void): Promise<void> {
  const devices = await listDevices(distDir);
  const rows: string[][] = [];
  for (const device of devices) {
    const { id, name, kind, memory } = device.info;
    const { available, detail, rates } = measure
      ? await measured(device)
      : { ...device.info, rates: undefined };
    const cells = measure ? [rates ? gflops(rates.matmul) : '', rates ? gflops(rates.convolution) : ''] : [];
    const room = available && memory !== undefined ? byteWords(memory) : '';
    rows.push([id, available ? 'yes' : 'no', kind, room, ...cells, name, detail]);
  }
  const head = [
    'id',
    'usable',
    'kind',
    'memory',
    ...(measure ? ['matmul', 'convolution'] : []),
    'name',
    'detail',
  ];
  for (const line of formatTable(head, rows, measure ? 'lllrrrll' : 'lllrll')) print(line);
}

/** A device that is there, and then does not start, is told as one that is not. */
async function measured(
  device: Device,
): Promise<{ available: boolean; detail: string; rates: Rates | undefined }> {
  const { available, detail } = device.info;
  if (!available) return { available, detail, rates: undefined };
  try {
    return { available, detail, rates: await measureRates(device) };
  } catch (error) {
    return { available: false, detail: (error as Error).message.split('\n')[0]!, rates: undefined };
  }
}

const gflops = (rate: number): string => `${(rate / 1e9).toFixed(rate < 1e10 ? 1 : 0)} GFLOP/s`;
