// The one stretch of memory in which what was imported ahead lies.
import { expect, it } from 'vitest';
import { changeSince, pageBytes } from '../../../language-server/frontends/python/checkpoint';
import { Room } from '../../../language-server/frontends/python/room';

const base = { bytes: new Uint8Array(3 * pageBytes), open: new Set<number>() };
/** Memory in which these pages hold something else than they did. */
function memory(...pages: number[]) {
  const HEAPU8 = new Uint8Array(4 * pageBytes);
  for (const page of pages) HEAPU8.fill(page + 1, page * pageBytes, (page + 1) * pageBytes);
  return { HEAPU8, _malloc: () => 0, _free: () => undefined };
}

it('holds one change after another in the same memory', () => {
  const room = new Room(2 * pageBytes);
  const first = changeSince(base, memory(1), room)!;
  expect([...first.pages]).toEqual([1]);
  const second = changeSince(base, memory(0, 3), room)!;
  expect([...second.pages]).toEqual([0, 3]);
  expect([second.bytes[0], second.bytes[pageBytes]]).toEqual([1, 4]);
  expect(second.bytes.buffer).toBe(first.bytes.buffer);
});

it('holds no change that is larger than it, and a smaller one after that', () => {
  const room = new Room(2 * pageBytes);
  expect(changeSince(base, memory(0, 1, 2), room)).toBeUndefined();
  expect(changeSince(base, memory(2), room)?.bytes).toHaveLength(pageBytes);
});
