// What `espalier runs` can do, in the order in which help lists it.
import type { RunsAction } from './action';
import { compareAction } from './compare';
import { deleteAction } from './delete';
import { listAction } from './list';
import { mlflowAction } from './mlflow';
import { resumeAction } from './resume';
import { showAction } from './show';
import { widthsAction } from './widths';

export const actions: readonly RunsAction[] = [
  listAction,
  showAction,
  compareAction,
  resumeAction,
  widthsAction,
  deleteAction,
  mlflowAction,
];
