// How an op ties channels together, said as data: the coupling pass in groups.ts interprets it.

/**
 * - `pass`: output channels are input channels, and `channelParams` follow them (ReLU, pooling, BatchNorm, depthwise convolution).
 * - `join`: all inputs and the output share channels one to one (addition).
 * - `mix`: the input axis of the weight consumes the input's channels, its output axis makes new ones (convolution, linear).
 * - `concat`: output channels are the inputs' channels one after another, when the axis is the channel axis.
 * - `flatten`: axes merge or appear with size 1; each channel becomes a run of features, or they interleave in NHWC.
 * - `permute`: axes change places, channels with them.
 * An op with none of these is a barrier: the groups that touch it cannot be pruned, and the op is named as the reason.
 */
export type CouplingRule = 'pass' | 'join' | 'mix' | 'concat' | 'flatten' | 'permute';
