// Which documents wake the language server, and what its state machine shows.
import { describe, expect, it } from 'vitest';
import type { DocumentStatus } from '../../../core/protocol/language-server';
import { concerns } from '../../../extension/language-client/documents';
import {
  initialState,
  nextState,
  type ServerEvent,
  statusView,
} from '../../../extension/language-client/server-state';

describe('a document concerns us', () => {
  const document = (languageId: string, text: string, fileName = '/w/file') => ({
    languageId,
    fileName,
    text,
  });

  it.each([
    ['python', 'import torch\n'],
    ['python', '"""Doc."""\nfrom torch import nn\n'],
    ['python', 'try:\n    import keras\nexcept ImportError:\n    pass\n'],
    ['python', '# espalier: model Net() input=(1, 3)\n'],
    ['typescript', "import * as tf from '@tensorflow/tfjs';"],
    ['javascript', "const tf = require('@tensorflow/tfjs-node');"],
    ['javascript', 'const model = tf.sequential();'],
  ])('%s: %j', (language, text) => expect(concerns(document(language, text))).toBe(true));

  it.each([
    ['python', 'import os\nimport torchbearer\n'],
    ['python', 'print("import torch")\n'],
    ['typescript', 'import fs from "node:fs";'],
    ['markdown', 'import torch\n'],
    ['yaml', 'model: x\n'],
  ])('not %s: %j', (language, text) => expect(concerns(document(language, text))).toBe(false));

  it('when it is a recipe, whatever its language', () => {
    expect(concerns(document('plaintext', '', '/w/net.nm-magnitude.espalier.yaml'))).toBe(true);
    expect(concerns(document('yaml', '', '/w/docker-compose.yaml'))).toBe(false);
  });

  it('by its head alone, so that a huge file costs no more than a small one', () => {
    const filler = 'x = 1  # filler\n';
    expect(concerns(document('python', `${filler.repeat(1000)}import torch\n`))).toBe(true);
    expect(concerns(document('python', `${filler.repeat(100_000)}import torch\n`))).toBe(false);
  });
});

describe('the status item', () => {
  const status = (state: DocumentStatus['state'], detail?: string): ServerEvent => ({
    kind: 'document',
    status: { uri: 'file:///net.py', state, ...(detail ? { detail } : {}) },
  });
  const after = (...events: ServerEvent[]) =>
    statusView(events.reduce(nextState, initialState), 'file:///net.py');

  it('follows the server from start to exact', () => {
    expect(after()).toMatchObject({ busy: false, detail: 'waits for a model file' });
    expect(after({ kind: 'starting' })).toMatchObject({ busy: true });
    expect(after({ kind: 'running' }, status('tracing'))).toMatchObject({ busy: true });
    expect(after({ kind: 'running' }, status('exact'))).toMatchObject({
      text: 'Espalier: exact',
      busy: false,
    });
  });

  it('carries the reason that the server gave', () => {
    const view = after({ kind: 'running' }, status('stale', 'line 3 does not parse'));
    expect(view).toMatchObject({ severity: 'warning', detail: 'line 3 does not parse' });
  });

  it.each([
    ['exact', undefined, 'model'],
    ['stale', undefined, 'problems'],
    ['failed', undefined, 'problems'],
    ['syntactic', 'untrusted', 'trust'],
    ['exact', 'packages', 'environment'],
  ] as const)('offers what helps: %s, %s → %s', (state, cause, action) => {
    const told: ServerEvent = {
      kind: 'document',
      status: { uri: 'file:///net.py', state, ...(cause ? { cause } : {}) },
    };
    expect(after({ kind: 'running' }, told)).toMatchObject({ action });
  });

  it('offers a restart with the reason when the server is down', () => {
    const view = after({ kind: 'running' }, status('tracing'), {
      kind: 'down',
      reason: 'it ran out of memory',
    });
    expect(view).toMatchObject({
      severity: 'error',
      action: 'restart',
      detail: 'it ran out of memory',
      busy: false,
    });
  });

  it('never shows what a dead server said', () => {
    const events: ServerEvent[] = [{ kind: 'running' }, status('exact'), { kind: 'down', reason: 'x' }];
    expect(after(...events, { kind: 'starting' }, { kind: 'running' })).toMatchObject({
      detail: 'no model in this file',
    });
  });

  it('forgets closed documents', () => {
    const closed: ServerEvent = { kind: 'closed', uri: 'file:///net.py' };
    expect(after({ kind: 'running' }, status('exact'), closed).detail).toBe('no model in this file');
  });
});
