"""Runs a model graph with real PyTorch, whole or with channels removed or silenced."""

import torch

import elementwise
import layers

BATCH = 2
# Ops whose statistics are taken over the channels that are there.
STATISTICS = {'layerNorm', 'rmsNorm', 'groupNorm', 'mean', 'var', 'std'}


def sizes(shape):
    return [dim['batch'] * BATCH if isinstance(dim, dict) else dim for dim in shape]


def apply(node, attrs, params, shape, inputs):
    kind = node['op']
    if kind in layers.FUNCTIONS:
        return layers.FUNCTIONS[kind](attrs, params, shape, *inputs)
    if kind in elementwise.FUNCTIONS:
        return elementwise.FUNCTIONS[kind](attrs, *inputs)
    raise NotImplementedError(f"{attrs.get('name', kind)} in {node['path']} is no op that can be replayed")


class Graph:
    def __init__(self, graph, params):
        self.graph, self.params = graph, params

    def outputs_of(self, node, attrs, params, shapes, values):
        inputs = [values[id] for id in node['inputs']]
        made = apply(node, attrs, params, shapes[0], inputs)
        made = list(made) if isinstance(made, tuple) else [made]
        for id, shape, value in zip(node['outputs'], shapes, made):
            if list(value.shape) != shape:
                raise ValueError(f"{node['op']} in {node['path']} makes {list(value.shape)}, predicted is {shape}")
            values[id] = value

    def shape(self, id):
        return sizes(self.graph['values'][id]['shape'])

    def named(self, node):
        return {role: self.params[name] for role, name in node['params'].items()}

    def run(self, inputs):
        values = dict(zip(self.graph['inputs'], inputs))
        for node in self.graph['nodes']:
            shapes = [self.shape(id) for id in node['outputs']]
            self.outputs_of(node, node['attrs'], self.named(node), shapes, values)
        return values


class Pruned(Graph):
    """
    A graph without some channels. `cut` says, by value, which positions of which axes go; `sliced` the same by parameter;
    `attrs` the new attributes, `shapes` the new shapes. What channels do not reach is taken from the whole run, `base`.
    """

    def __init__(self, whole, base, removal):
        super().__init__(whole.graph, whole.params)
        self.base = base
        self.cut = {id: [self.everywhere(id, *cut) for cut in axes] for id, axes in removal['cuts'].items()}
        self.sliced = {name: self.keep(whole.params[name], axes) for name, axes in removal['slices'].items()}
        self.attrs, self.small = removal['attrs'], removal['shapes']

    def everywhere(self, id, axis, gone):
        """Along the batch, positions are told for one sample."""
        dim = self.graph['values'][id]['shape'][axis]
        if isinstance(dim, dict):
            gone = [sample * dim['batch'] + place for sample in range(BATCH) for place in gone]
        return axis, set(gone)

    @staticmethod
    def keep(x, axes):
        for axis, gone in axes:
            left = [i for i in range(x.shape[axis]) if i not in gone]
            x = x.index_select(axis, torch.tensor(left))
        return x

    def silence(self, id, x):
        """Zeros where channels are gone."""
        x = x.clone()
        for axis, gone in self.cut.get(id, ()):
            x.index_fill_(axis, torch.tensor(sorted(gone)), 0)
        return x

    def spread(self, id, x):
        """The way back from a smaller value: zeros where channels are gone."""
        for axis, gone in self.cut.get(id, ()):
            left = [i for i in range(self.base[id].shape[axis]) if i not in gone]
            shape = list(x.shape)
            shape[axis] = self.base[id].shape[axis]
            x = torch.zeros(shape, dtype=x.dtype).index_copy(axis, torch.tensor(left), x)
        return x

    def smaller_shape(self, id):
        return sizes(self.small[id]) if id in self.small else self.shape(id)

    def named_small(self, node):
        return {role: self.sliced.get(name, self.params[name]) for role, name in node['params'].items()}

    def touched(self, node, reached):
        ends = node['inputs'] + node['outputs']
        sliced = any(name in self.sliced for name in node['params'].values())
        return sliced or any(id in reached or id in self.cut for id in ends)

    def run_small(self):
        """The smaller model. Answers with the values that differ from those of the whole."""
        values, reached = dict(self.base), set()
        for node in self.graph['nodes']:
            if self.touched(node, reached):
                reached |= set(node['outputs'])
                shapes = [self.smaller_shape(id) for id in node['outputs']]
                self.outputs_of(node, self.attrs.get(node['id'], node['attrs']), self.named_small(node), shapes, values)
        return {id: values[id] for id in reached}

    def run_silenced(self):
        """The whole model with every channel that goes held at zero; statistics are over the others."""
        values, reached = dict(self.base), set()
        for node in self.graph['nodes']:
            if not self.touched(node, reached):
                continue
            reached |= set(node['outputs'])
            if node['op'] in STATISTICS and any(id in self.cut for id in node['inputs']):
                few = {id: self.keep(values[id], self.cut.get(id, ())) for id in node['inputs']}
                shapes = [self.smaller_shape(id) for id in node['outputs']]
                self.outputs_of(node, self.attrs.get(node['id'], node['attrs']), self.named_small(node), shapes, few)
                for id in node['outputs']:
                    values[id] = self.spread(id, few[id])
                continue
            shapes = [self.shape(id) for id in node['outputs']]
            self.outputs_of(node, node['attrs'], self.named(node), shapes, values)
            for id in node['outputs']:
                values[id] = self.silence(id, values[id])
        return {id: values[id] for id in reached}
