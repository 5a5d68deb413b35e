// Answers the mask view, from what a run has written: it works for finished, stopped and running runs alike.
import { MaskPages } from '../runs/mask-pages';
import { RunFolder } from '../runs/run-folder';
import type { HostHandlers } from './context';

export function maskHandlers(): HostHandlers<'masks/layers' | 'masks/page'> {
  const pages = new MaskPages();
  return {
    'masks/layers': async ({ folder }) => pages.layers(await RunFolder.open(folder)),
    'masks/page': async (request) => pages.page(await RunFolder.open(request.folder), request),
  };
}
