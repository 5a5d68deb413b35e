// The corpora of the frontend benchmark. Adding one is a file here and a line below.
import type { Corpus } from './corpus';
import { kerasApplications } from './keras';
import { timm } from './timm';
import { torchvisionCorpora } from './torchvision';
import { transformers } from './transformers';
import { yolo } from './yolo';

export const corpora: readonly Corpus[] = [
  ...torchvisionCorpora,
  timm,
  transformers,
  kerasApplications,
  yolo,
];
