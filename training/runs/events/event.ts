// TensorBoard's `Event` message: just the fields that scalars and restarts need.
// Fields: tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.

const enum Wire {
  Varint = 0,
  Fixed64 = 1,
  Bytes = 2,
  Fixed32 = 5,
}

export type EventContent =
  /** The first event of every file. */
  | { readonly kind: 'version' }
  /** What was told of this step and later ones before is void: a run went on from a checkpoint. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'scalars'; readonly values: Readonly<Record<string, number>> };

/** @param time seconds since 1970. */
export function encodeEvent(time: number, step: number, content: EventContent): Uint8Array {
  const head = [key(1, Wire.Fixed64), float64(time), key(2, Wire.Varint), varint(step)];
  switch (content.kind) {
    case 'version':
      return join(...head, bytes(3, text('brain.Event:2')));
    case 'restart':
      // SessionLog.status = START.
      return join(...head, bytes(7, join(key(1, Wire.Varint), varint(1))));
    case 'scalars': {
      const values = Object.entries(content.values).map(([tag, value]) =>
        bytes(1, join(bytes(1, text(tag)), key(2, Wire.Fixed32), float32(value))),
      );
      return join(...head, bytes(5, join(...values)));
    }
  }
}

const key = (field: number, wire: Wire): Uint8Array => varint(field * 8 + wire);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const bytes = (field: number, value: Uint8Array): Uint8Array =>
  join(key(field, Wire.Bytes), varint(value.length), value);

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
  out.push(rest);
  return Uint8Array.from(out);
}

function float64(value: number): Uint8Array {
  return new Uint8Array(Float64Array.of(value).buffer);
}

function float32(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer);
}

const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
