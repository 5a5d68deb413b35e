// The training code of each method that a recipe can name.
import type { Method } from './method';
import { networkSlimming } from './network-slimming/method';
import { nmMagnitude } from './nm-magnitude/method';

const all: readonly Method[] = [nmMagnitude, networkSlimming];

export const methods: ReadonlyMap<string, Method> = new Map(all.map((method) => [method.id, method]));
