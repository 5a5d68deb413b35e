"""Traces one file: runs it, finds its models, runs their forward, and tells the host what came of it."""

import sys
import types
from time import perf_counter as _now

from . import candidates, execution, frameworks, guard, host, imports, inert, inputs, installed, lines, problems, record, tracing, written
from .known import Known, kinds_of

# How much of the deadline goes into models that nobody asked for, before those that are left are left out:
# a file of two hundred factories is read again after every pause in typing.
_SHARE = 0.3

# Bound once: a file may patch the tracer as well. Its memory is put back before the next trace, by the host.
_uninterruptible, _imported, _ask = guard.uninterruptible, imports.imported_files, host.ask


def run():
    """One job of the host's. Problems of the file become reports; what escapes from here loses the sandbox."""
    job = host.ask('job')
    installed.folders = tuple(job['packages'])
    written.asked = job['written']
    report = problems.Report(job['file'], job['deadlineMs'] / 1000)
    try:
        guard.interruptible()
        _Trace(job, report).run()
    except KeyboardInterrupt as stop:
        host.ask('interrupted')
        report.error(stop, 'the file', None)
    except host.ChannelLost:
        raise
    except BaseException as error:  # what slips through is said: the file's other models and its sandbox stay
        report.error(error, 'the file', None)
    _uninterruptible()
    report.left()
    _ask('imported', files=_imported())


class _Trace:
    def __init__(self, job, report):
        self.file, self.text, self.name = job['file'], job['text'], job['name']
        self.report = report
        self.known = Known()
        self.left = []  # candidates that are not read, for time
        self.enough = None
        self.since = 0.0

    def run(self):
        try:
            tree = execution.parse(self.file, self.text)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            if isinstance(error, SyntaxError):
                return self.report.syntax(error)
            message = f'Python cannot parse this file: {error or type(error).__name__}'
            return self.report.say('error', 'syntax', message, None)
        module = types.ModuleType(self.name)
        module.__file__ = self.file
        module.__package__ = self.name if self.file.endswith('__init__.py') else self.name.rpartition('.')[0]
        sys.modules[self.name] = module
        imports.install(module, self.file)
        try:
            execution.run_tree(module, self.file, tree)
        except KeyboardInterrupt as stop:
            # Models above the endless loop are still read.
            host.ask('interrupted')
            self.report.error(stop, 'the file', None)
        self.module_consulted = inert.consulted
        declared = candidates.Declarations(self.file, self.text, tree)
        self.tree, self.hints = tree, candidates.shape_hints(tree)
        try:
            self.collect(declared, tree, vars(module))
        except KeyboardInterrupt as stop:
            host.ask('interrupted')
            self.stopped(stop)
        self.leave()
        self.failures()

    def failures(self):
        """The first statement that failed; those after it often fail because of it. Other files' matter when nothing is left."""
        own = self.own_failures()
        others = [] if self.known.names else [error for error, file in execution.failures if file != self.file and not self.is_circle(error)]
        for error in (own + others)[:1]:
            self.report.error(error, 'this statement', self.module_consulted)

    def is_circle(self, error):
        """A package that imports this file while it runs: in Python the package would have come first."""
        return isinstance(error, ImportError) and error.path == self.file

    def own_failures(self):
        return [error for error, file in execution.failures if file == self.file]

    # Which models.

    def collect(self, declared, tree, namespace):
        def is_model(value):
            return any(framework.is_model(value) for framework in frameworks.active())

        def is_model_class(kind):
            return any(framework.is_model_class(kind, self.name) for framework in frameworks.active())

        complain = lambda message, place: self.report.say('warning', 'espalier-comment', message, place)  # noqa: E731
        for candidate in candidates.from_comments(declared, self.text, namespace, complain):
            self.read(candidate)
        self.enough = _now() + _SHARE * self.report.deadline_s
        for candidate in candidates.from_factories(declared, namespace):
            self.read(candidate)
        for candidate in candidates.from_instances(declared, namespace, is_model):
            self.read(candidate)
        classes = []
        for candidate in candidates.from_classes(declared, namespace, is_model_class):
            if namespace[candidate.name] not in self.known.kinds:
                classes.append((candidate, self.build(candidate)))
        classes = [(candidate, model) for candidate, model in classes if model is not None]
        inner = {kind for _, model in classes for kind in kinds_of(model, root=False)}
        for candidate, model in classes:
            if type(model) not in inner:
                self.show(candidate, model)
        for candidate in candidates.from_calls(declared, tree, namespace, is_model_class):
            if namespace[candidate.name] not in self.known.kinds:
                self.read(candidate, quietly=True)
        kinds = candidates.wanting(declared, tree, namespace, is_model_class)
        for candidate in candidates.from_settings(declared, self.unread(kinds), namespace):
            self.read(candidate, quietly=True)
        kinds = self.unread(kinds)
        texts = host.ask('uses', names=list(kinds)) if kinds else ()
        for candidate in candidates.from_uses(declared, kinds, namespace, texts, self.name):
            if candidate.name in self.unread(kinds):
                self.read(candidate, quietly=True)
        if not self.known.names:
            self.ask_for(declared, self.unread(kinds))

    def unread(self, kinds):
        return {name: kind for name, kind in kinds.items() if kind not in self.known.kinds}

    def ask_for(self, declared, kinds):
        """Nothing was read, and a class of the file could be if somebody said how it is built."""
        for name in list(kinds)[-1:]:
            names = [p.name for p in candidates.missing(kinds[name])]
            said = ', '.join(f'{each}=…' for each in names[:6]) + (', …' if len(names) > 6 else '')
            message = f'{name} is built with arguments that nothing here says; say them: # espalier: model {name}({said})'
            self.report.say('information', 'needs-arguments', message, declared.place_of(name))

    def read(self, candidate, quietly=False):
        """One after the other, so that what is read stays when the time is over; and nothing of it is kept here."""
        if self.enough is not None and self.known.names and _now() > self.enough:
            return self.left.append(candidate)
        model = self.build(candidate, quietly)
        if model is not None:
            self.show(candidate, model)

    def show(self, candidate, model):
        self.known.add(candidate.name, model)
        self.since = _now()
        try:
            self.trace(candidate, model)
        except Exception as error:  # a model that is too odd to be looked at does not take the others along
            self.report.error(error, candidate.name, candidate.consulted)

    def stopped(self, stop):
        """The deadline: one model that takes long is to blame for it, or there are just many of them."""
        if not self.known.names or _now() - self.since > self.report.deadline_s / 2:
            self.report.error(stop, 'the file', None)
        elif not self.left:
            self.report.say('information', 'models-left', f'only {self.read_so_far()}: the time is over', None)

    def leave(self):
        if self.left:
            first = self.left[0]
            message = f'{self.read_so_far()}; from here on only what is asked for: # espalier: model {first.name}()'
            self.report.say('information', 'models-left', message, first.place)

    def read_so_far(self):
        count = len(self.known.names)
        return '1 model of this file is read' if count == 1 else f'{count} models of this file are read'

    def build(self, candidate, quietly=False):
        """The model, or None where there is none to show."""
        if candidate.name in self.known.names and not candidate.asked:
            return None
        for framework in frameworks.active():
            framework.before()
        before, inert.consulted, inert.strict = frameworks.count(), None, True
        self.since = _now()
        try:
            made = candidate.build()
        except host.STOPS:
            raise
        except BaseException as error:
            # A name that a failed statement should have bound: that statement is what is said.
            if isinstance(error, NameError) and self.own_failures():
                return None
            # A function that builds no layer before it fails was no factory.
            if candidate.asked or (frameworks.count() > before and not quietly):
                self.report.error(error, f'building {candidate.name}', inert.consulted or self.module_consulted)
            return None
        finally:
            inert.strict = False
        framework = frameworks.of(made)
        if framework is None:
            if candidate.asked:
                nouns = ' or '.join(framework.noun for framework in frameworks.active())
                self.report.say('warning', 'espalier-comment', f'{candidate.name} gives no {nouns}', candidate.place)
            return None
        if not framework.parts(made) or not candidate.asked and not framework.worth_showing(made):
            return None
        if self.known.is_one(made) or not candidate.asked and self.is_twin(made, candidate):
            return None
        candidate.consulted = inert.consulted
        return made

    def is_twin(self, model, candidate):
        """An instance that a factory of the file made is that factory's model."""
        anonymous = isinstance(candidate.build, types.LambdaType) and candidate.build.__name__ == '<lambda>'
        return anonymous and self.known.is_twin(model)

    # One model.

    def trace(self, candidate, module):
        framework = frameworks.of(module)
        framework.prepare(module)
        run = lambda shapes: tracing.forward(framework, module, shapes)  # noqa: E731
        if candidate.inputs:
            shapes = framework.dress(module, candidate.inputs)
            found = inputs.Found(shapes, run(shapes))
        else:
            found = framework.find_input(module, self.tree, candidate.hints or self.hints, run)
        if found is None:
            attempt = run([])
            attempt.session.notes = [f'the input is unknown; say it: # espalier: model NAME() input={framework.example}']
            return self.finish(candidate, attempt)
        attempt = found.attempt
        if attempt.error is not None:
            # The graph of the attempt that came furthest, not of the last one.
            attempt = run(found.shapes)
            missing = isinstance(attempt.error, NotImplementedError) and not candidate.asked
            if missing:
                return None
            advice = '' if candidate.inputs else _advice(candidate, found)
            if not candidate.inputs and not attempt.session.lacks and problems.of_a_package(attempt.error):
                # The model is theirs and stands; it is our guess of an input that their code refuses.
                attempt.session.note(f'no input was found that forward takes ({problems.short(attempt.error)}){_say(candidate, found)}')
                return self.finish(candidate, attempt)
            if self.report.error(attempt.error, 'forward', attempt.consulted, attempt.path, advice):
                return None
            attempt.session.note('forward is followed only in part')
        for layer in attempt.session.unregistered:
            message = f'this layer is registered nowhere in the model: {framework.keeping}'
            self.report.say('warning', 'unregistered-layer', message, layer._built)
        for name in {candidate.consulted, attempt.consulted} - {None}:
            attempt.session.note(f'{name} is not run here: what it decides is taken as false')
        for name, place in attempt.session.lacks:
            place = place if place and place[0] == self.file else candidate.place
            message = f'Espalier does not know {name} yet: exact up to here'
            self.report.say('information', 'not-modelled', message, place)
        return self.finish(candidate, attempt)

    def finish(self, candidate, attempt):
        session = attempt.session
        tree = {'modules': session.modules, 'calls': list(session.calls.values())}
        graph = session.graph(attempt.outputs)
        host.ask('graph', name=candidate.name, source=candidate.place, **tree, **graph)


def _advice(candidate, found):
    """What to do when no input was said and the error may come from the one that was guessed."""
    if inputs.direction(found.attempt) is None:
        return ''
    return f'; no square image fits{_say(candidate, found)}'


def _say(candidate, found):
    names = [getattr(shape, 'name', None) for shape in found.shapes]
    said = tuple(found.shapes[0]) if None in names else {name: tuple(shape) for name, shape in zip(names, found.shapes)}
    return f'; say the input: # espalier: model {candidate.name}() input={said}'
