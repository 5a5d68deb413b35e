// Every kernel on the WASM device, its values and all its gradients, against what PyTorch computes.
import path from 'node:path';
import { wasmDevice } from '../../native/devices/wasm';
import { holdKernelsAgainstTorch } from './kernel-cases/hold';

holdKernelsAgainstTorch('wasm', () => wasmDevice(path.resolve('dist')).activate());
