// How an op ties channels together, said as data: the interpreters in rules/ act on it.

/**
 * Several axes of a value may carry channels; each is followed on its own, and every rule says what becomes of each.
 * - `pass`: every axis stays what it is, and the op's parameters follow the channels (ReLU, BatchNorm).
 * - `passLast`: as `pass`, but the parameters lie along the last axes (LayerNorm, whose statistics are then taken over
 *   the channels that are left: what fine-tuning after pruning is for).
 * - `groups`: statistics are taken over groups of channels, which stay equally wide (GroupNorm).
 * - `window`: as `pass`, but windows slide over the spatial axes (pooling, padding, interpolation).
 * - `reduce`: as `pass`, unless `axis` or `axes` name an axis, whose channels are then tied together (mean, softmax).
 * - `reorder`: as `reduce`, for what moves positions along the axes it names (roll, sort).
 * - `join`: all inputs and the output share channels one to one, broadcasting aside (addition).
 * - `mix`: the input axis of the weight consumes the input's channels, its output axis makes new ones (convolution, linear).
 * - `concat`: along its axis, output channels are the inputs' channels one after another.
 * - `slice`: along its axis, output channels are a stretch of the input's; parts that the code keeps equal lose channels
 *   together.
 * - `pad`: the axes that grow cannot be followed.
 * - `reshape`: each channel becomes a run of features (flatten in NCHW), features interleave (in NHWC), or one part of an
 *   axis that is split is followed (heads).
 * - `permute`: channels move to another axis.
 * - `expand`, `repeat`, `repeatInterleave`: positions are repeated, and go together.
 * - `shuffle`: channels become image positions, a square of them for each channel that is left, or the other way round.
 * - `columns`: every channel becomes a window of columns, or the other way round (unfold, fold).
 * - `matmul`: rows and columns pass, the axis that is summed over ties both sides, batch axes join.
 * - `attention`: heads join; keys and values that serve several heads go with all of them.
 * - `embedding`: makes channels, as `mix` does.
 * - `index`: positions are picked along one axis, the others pass (a table of relative positions, by heads).
 * - `parameter`: a free parameter's axes are channels of their own until something ties them.
 * - `constant`: values that cannot be cut, unless all are the same.
 * - `einsum`: axes of one letter are tied, and become the output's axis of that letter.
 * - `scan`: channels of all that a state space model takes and gives are tied, and so are its states.
 * An op with none of these is a barrier: the groups that touch it cannot be pruned, and the op is named as the reason.
 */
export type CouplingRule =
  | 'pass'
  | 'passLast'
  | 'groups'
  | 'window'
  | 'reduce'
  | 'reorder'
  | 'join'
  | 'mix'
  | 'concat'
  | 'slice'
  | 'pad'
  | 'reshape'
  | 'permute'
  | 'expand'
  | 'repeat'
  | 'repeatInterleave'
  | 'shuffle'
  | 'columns'
  | 'matmul'
  | 'attention'
  | 'embedding'
  | 'index'
  | 'parameter'
  | 'constant'
  | 'einsum'
  | 'scan';
