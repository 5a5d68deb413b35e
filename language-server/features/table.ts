// The features. Adding one is a file here and a line below.
import type { Feature } from '../context';
import { codeLens } from './code-lens';
import { diagnostics } from './diagnostics';
import { documentSymbols } from './document-symbols';
import { folding } from './folding';
import { hover } from './hover';
import { inlayHint } from './inlay-hint';
import { inlayShapes } from './inlay-shapes';
import { layerNavigation } from './layer-navigation';
import { modelFileRequest } from './model-file-request';
import { modelsRequest } from './models-request';
import { outlineRequest } from './outline-request';
import { pythonEnvironment } from './python-environment';
import { quickFixes } from './quick-fixes';
import { recipeCompletion } from './recipe-completion';
import { recipeDefinition } from './recipe-definition';
import { recipeDiagnostics } from './recipe-diagnostics';
import { recipeFixes } from './recipe-fixes';
import { recipeHover } from './recipe-hover';
import { recipeLens } from './recipe-lens';
import { recipeRequest } from './recipe-request';
import { refresh } from './refresh';
import { status } from './status';
import { trust } from './trust';
import { watchedFiles } from './watched-files';
import { writeWidthsRequest } from './write-widths-request';

export const features: readonly Feature[] = [
  codeLens,
  inlayHint,
  inlayShapes,
  hover,
  diagnostics,
  quickFixes,
  layerNavigation,
  status,
  refresh,
  modelsRequest,
  outlineRequest,
  modelFileRequest,
  writeWidthsRequest,
  documentSymbols,
  folding,
  watchedFiles,
  trust,
  pythonEnvironment,
  recipeLens,
  recipeHover,
  recipeCompletion,
  recipeDiagnostics,
  recipeDefinition,
  recipeFixes,
  recipeRequest,
];
