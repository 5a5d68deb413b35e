// Ops that do nothing to a shape: identity, and dropout (which does nothing at inference).
import { only } from '../attributes';
import type { OpDef } from '../op';

export const identity: OpDef = { kind: 'identity', couple: 'pass', shape: ([x]) => [only(x, 'identity')] };
/** attrs: `rate`, the probability of dropping. */
export const dropout: OpDef = { kind: 'dropout', couple: 'pass', shape: ([x]) => [only(x, 'dropout')] };
