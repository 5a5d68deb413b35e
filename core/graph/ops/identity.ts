// Ops that do nothing to a shape: identity, and dropout (which does nothing at inference).
import type { OpDef } from '../op';

export const identity: OpDef = { kind: 'identity', couple: 'pass', shape: ([x]) => [x!] };
/** attrs: `rate`, the probability of dropping. */
export const dropout: OpDef = { kind: 'dropout', couple: 'pass', shape: ([x]) => [x!] };
