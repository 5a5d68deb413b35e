// Reads an ONNX file back, field by field, independently of the code that wrote it.

type Field = { readonly number: number; readonly value: bigint | Uint8Array };

/** The wire format: a varint key, then a varint, eight bytes, a length and bytes, or four bytes. */
function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the message is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    if (wire === 0) yield { number: key >> 3, value: varint() };
    else {
      const length = wire === 5 ? 4 : wire === 1 ? 8 : Number(varint());
      yield { number: key >> 3, value: bytes.slice(at, at + length) };
      at += length;
    }
  }
}

const all = (bytes: Uint8Array, number: number) =>
  [...fields(bytes)].filter((field) => field.number === number).map(({ value }) => value);
const messages = (bytes: Uint8Array, number: number) => all(bytes, number) as Uint8Array[];
const strings = (bytes: Uint8Array, number: number) =>
  messages(bytes, number).map((value) => new TextDecoder().decode(value));
const numbers = (bytes: Uint8Array, number: number) => all(bytes, number).map(Number);

function valueInfo(bytes: Uint8Array) {
  const tensor = messages(messages(bytes, 2)[0]!, 1)[0]!;
  const shape = messages(messages(tensor, 2)[0]!, 1).map((dim) => strings(dim, 2)[0] ?? numbers(dim, 1)[0]!);
  return { name: strings(bytes, 1)[0]!, shape };
}

export function readOnnx(bytes: Uint8Array) {
  const graph = messages(bytes, 7)[0]!;
  const initializers = messages(graph, 5).map((tensor) => {
    const raw = messages(tensor, 9)[0]!;
    const isFloat = numbers(tensor, 2)[0] === 1;
    const floats = isFloat ? new Float32Array(raw.buffer) : undefined;
    return [strings(tensor, 8)[0]!, { shape: numbers(tensor, 1), floats }] as const;
  });
  return {
    irVersion: numbers(bytes, 1)[0],
    producer: strings(bytes, 2)[0],
    opset: numbers(messages(bytes, 8)[0]!, 2)[0],
    nodes: messages(graph, 1).map((node) => ({
      op: strings(node, 4)[0]!,
      name: strings(node, 3)[0]!,
      inputs: strings(node, 1),
      outputs: strings(node, 2),
    })),
    initializers: new Map(initializers),
    inputs: messages(graph, 11).map(valueInfo),
    outputs: messages(graph, 12).map(valueInfo),
  };
}
