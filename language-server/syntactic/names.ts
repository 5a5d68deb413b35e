// Names that frameworks give to layers, and names beside them that build something else.

const containers = new Set([
  'Module',
  'ModuleList',
  'ModuleDict',
  'Sequential',
  'Parameter',
  'ParameterList',
  'ParameterDict',
  'Buffer',
  'DataParallel',
  'Input',
  'InputLayer',
  'InputSpec',
  'Layer',
  'Wrapper',
]);

const torch = /^torch\.nn\.(?:modules\.\w+\.)?([A-Z]\w*)$/;
const keras = /^(?:tensorflow\.)?(?:python\.)?(?:tf_)?keras\.(?:src\.)?layers\.([A-Z]\w*)$/;

/** `Conv2d` for `torch.nn.Conv2d`; undefined for whatever is no layer. The name is resolved through imports already. */
export function pythonLayer(resolved: string): string | undefined {
  const name = (torch.exec(resolved) ?? keras.exec(resolved))?.[1];
  return name === undefined || containers.has(name) || name.endsWith('Loss') ? undefined : name;
}

/** `conv2d` for `tf.layers.conv2d` or `layers.conv2d`; the callers know what `tf` and `layers` stand for. */
export function scriptLayer(
  callee: string,
  tf: ReadonlySet<string>,
  layers: ReadonlySet<string>,
): string | undefined {
  const [, owner, name] = /^([\w$.]+)\.([a-z]\w*)$/.exec(callee) ?? [];
  if (owner === undefined || name === undefined || name === 'input') return undefined;
  const dot = owner.lastIndexOf('.');
  const isLayers =
    dot < 0 ? layers.has(owner) : tf.has(owner.slice(0, dot)) && owner.slice(dot + 1) === 'layers';
  return isLayers ? name : undefined;
}
