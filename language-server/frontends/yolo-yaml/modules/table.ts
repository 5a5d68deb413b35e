// The modules that rows of a YOLO file can name. A name that is not here becomes a barrier.
import { attentions } from './attention';
import { classifiers } from './classify';
import { convolutions } from './conv';
import { stages } from './csp';
import { heads } from './detect';
import type { YoloModule } from './module';
import { plains } from './plain';

export const modules: ReadonlyMap<string, YoloModule> = new Map(
  Object.entries({ ...convolutions, ...stages, ...attentions, ...plains, ...classifiers, ...heads }),
);
