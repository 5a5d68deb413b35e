// What a budget's milliseconds are of: the device that computes, or ONNX Runtime beside it.
import type { Budget } from '../../core/sparsity/budget';
import type { Device } from '../../native/devices/device';
import type { Engine } from '../../native/latency/engine';
import { deviceEngine } from './device-engine';
import { onnxRuntimeEngine } from './onnxruntime-engine';

/** @param device the active one. @param distDir folder of the bundles. Throws one line where ONNX Runtime cannot be loaded. */
export const engineOf = (
  budget: Budget | undefined,
  device: Pick<Device, 'info'>,
  distDir: string,
): Engine => (budget?.engine === 'onnxruntime' ? onnxRuntimeEngine(distDir) : deviceEngine(device));
