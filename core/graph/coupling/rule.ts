// How an op ties channels together, said as data: the rules in rules.ts interpret it.

/**
 * - `pass`: output channels are input channels, on the same axis, and the op's parameters follow them (ReLU, BatchNorm).
 * - `passLast`: as `pass`, but the parameters lie along the last axes (LayerNorm, whose statistics are then taken over
 *   the channels that are left: what fine-tuning after pruning is for).
 * - `window`: as `pass`, but the op works on images and slides over height and width (pooling, padding).
 * - `reduce`: as `pass` unless `axis` or `axes` name the channel axis, which then ties all channels together (mean, softmax).
 * - `join`: all inputs and the output share channels one to one, broadcasting aside (addition).
 * - `mix`: the input axis of the weight consumes the input's channels, its output axis makes new ones (convolution, linear).
 * - `concat`: output channels are the inputs' channels one after another, when the axis is the channel axis.
 * - `reshape`: each channel becomes a run of features (flatten in NCHW), or features interleave (in NHWC).
 * - `permute`: channels move to another axis.
 * An op with none of these is a barrier: the groups that touch it cannot be pruned, and the op is named as the reason.
 */
export type CouplingRule =
  | 'pass'
  | 'passLast'
  | 'window'
  | 'reduce'
  | 'join'
  | 'mix'
  | 'concat'
  | 'reshape'
  | 'permute'
  | 'groups'
  | 'slice'
  | 'expand'
  | 'repeat'
  | 'repeatInterleave'
  | 'gather'
  | 'index'
  | 'embedding'
  | 'pad'
  | 'shuffle'
  | 'columns'
  | 'matmul'
  | 'attention'
  | 'parameter'
  | 'constant';
