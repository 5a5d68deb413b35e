// A clone shares its data, as on every other backend: the stock kernel copies, and the tape clones whatever it saves.
import type { Info, KernelCall } from './heap';

/** inputs x. */
export function identity({ backend, inputs }: KernelCall): Info {
  const { dataId, shape, dtype } = inputs['x']!;
  backend.incRef(dataId);
  return { dataId, shape, dtype };
}
