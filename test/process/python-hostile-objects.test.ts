// Objects that lie: classes, exceptions and patches that would break whoever looks at them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostileBench, net } from './hostile';

describe('a file whose objects lie', () => {
  let bench: HostileBench;
  beforeAll(async () => {
    bench = new HostileBench();
    // Boot is not what these tests are about.
    await bench.trace(net());
  });
  afterAll(() => bench.dispose());

  const evil = (body: string) => `class Evil(Exception):\n    ${body.split('\n').join('\n    ')}\n`;
  const evils: [string, string][] = [
    ['raises in __str__', evil('def __str__(self): raise self')],
    ['loops in __str__', evil('def __str__(self):\n    while True: pass')],
    ['answers megabytes from __str__', evil('def __str__(self): return "x" * 10**7')],
    ['answers lines from __str__', evil('def __str__(self): return "a\\nb\\r\\n\\u2028c"')],
    ['answers nothing from __str__', evil('def __str__(self): return ""')],
    ['answers no string from __str__', evil('def __str__(self): return 3')],
    ['answers lone surrogates from __str__', evil('def __str__(self): return "\\ud800"')],
    ['exits in __str__', evil('def __str__(self): raise SystemExit(1)')],
    ['recurses in __str__', evil('def __str__(self): return str(self)')],
    ['hides its traceback', evil('__traceback__ = property(lambda self: 1 / 0)')],
    ['lies about its class', evil('__class__ = property(lambda self: 1 / 0)')],
    [
      'has a metaclass that refuses',
      `class Meta(type):\n    def __getattribute__(cls, name): raise ValueError(name)\nclass Evil(Exception, metaclass=Meta): pass\n`,
    ],
    ['is no Exception', 'class Evil(BaseException): pass\n'],
    [
      'is many',
      'class Evil(ExceptionGroup):\n    def __new__(cls): return super().__new__(cls, "many", [ValueError(i) for i in range(1000)])\n',
    ],
    ['has a name of a megabyte', 'Evil = type("E" * 10**6, (Exception,), {})\n'],
  ];

  it.each(evils)('an exception that %s is contained wherever it is raised', async (_, declared) => {
    for (const text of [
      `${declared}${net()}\nraise Evil()\n`,
      `${declared}${net('raise Evil()')}`,
      `${declared}${net('pass', 'raise Evil()')}`,
    ]) {
      const { diagnostics } = await bench.trace(text);
      expect(diagnostics.length, text).toBeLessThanOrEqual(1);
      for (const { message } of diagnostics) {
        expect(message).toMatch(/^[^\n\r\u2028]+$/);
        expect(message.length).toBeLessThanOrEqual(600);
      }
    }
    await bench.stillWorks();
  });

  const tricks: [string, string][] = [
    [
      'a metaclass without isinstance',
      `class Meta(type):\n    def __instancecheck__(cls, other): raise ValueError()\n    def __subclasscheck__(cls, other): raise ValueError()\nclass Odd(metaclass=Meta): pass\nodd = Odd()\n${net()}`,
    ],
    [
      'a module whose attributes loop',
      `${net()}\nclass Odd(nn.Module):\n    def __getattr__(self, name): return getattr(self, name + "x")\n`,
    ],
    [
      'a module whose attributes are all modules',
      `${net()}\nclass Odd(nn.Module):\n    def __getattr__(self, name): return Odd()\n`,
    ],
    [
      'a module with a lying __dict__',
      `${net()}\nclass Odd(nn.Module):\n    __dict__ = property(lambda self: {"_modules": 3})\n`,
    ],
    [
      'a module that contains itself',
      net('object.__setattr__(self, "me", self); self._modules["me"] = self'),
    ],
    [
      'a module with odd children',
      net('self._modules["x"] = 3; self._parameters["y"] = "z"; self._buffers[4] = None'),
    ],
    ['a module that forgets its children', net('self._modules = None')],
    [
      'endless children',
      net(
        'class More(nn.Module):\n            @property\n            def _modules(self): return {"more": More()}\n        self.more = More()',
      ),
    ],
    [
      'a module that hashes badly',
      `${net()}\nclass Odd(nn.Module):\n    __hash__ = None\n    def __eq__(self, other): raise ValueError()\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(2, 2)\n    def forward(self, x): return self.fc(x)\n`,
    ],
    [
      'a __bool__ that raises',
      `class Odd:\n    def __bool__(self): raise ValueError()\n    def __len__(self): return -1\nodd = Odd()\n${net()}`,
    ],
    [
      'a __class__ that is a lie',
      `class Odd:\n    __class__ = __import__("torch").nn.Module\nodd = Odd()\n${net()}`,
    ],
    [
      'a size that is no number',
      net(
        'class Int(int):\n            def __index__(self): raise ValueError()\n            def __mul__(self, other): return self\n        self.odd = nn.Linear(Int(3), Int(4))',
      ),
    ],
    ['huge layers', net('self.huge = nn.Linear(10**30, 10**30)')],
    ['layers beyond any integer', net('self.huge = nn.Linear(2**53, 2**53)', 'x = self.huge(x)')],
    ['negative layers', net('self.odd = nn.Linear(-4, 3)')],
    ['layers of not quite a number', net('self.odd = nn.Linear(float("nan"), float("inf"))')],
    [
      'weights that begin at infinity',
      net('nn.init.constant_(self.fc.weight, float("inf")); nn.init.normal_(self.fc.bias, std=float("nan"))'),
    ],
    ['endless repetitions', net('self.odd = nn.Sequential(*([nn.Linear(8, 8)] * 10**9))')],
    ['an endless generator of layers', net('pass', 'for i in iter(int, 1): x = self.fc(x)')],
    ['an endless generator in an init', net('self.all = list(nn.Linear(8, 8) for _ in iter(int, 1))')],
    [
      'deep nesting of modules',
      net(
        'last = self\n        for _ in range(5000):\n            last.next = nn.Module()\n            last = last.next',
      ),
    ],
    [
      'deep nesting in forward',
      net('pass', 'def f(n): return self.fc(x) if n == 0 else f(n - 1)\n        f(100000)'),
    ],
    [
      'patched tensors',
      `${net()}\ntorch.Tensor.shape = property(lambda self: 1 / 0)\ntorch.Tensor.__add__ = None\n`,
    ],
    [
      'a patched recorder',
      `${net()}\nimport _espalier.record as r, _espalier.host as h\nr.op = None\nh.ask = lambda *a, **k: None\nr.current = 5\n`,
    ],
    [
      'a patched driver',
      `${net()}\nimport _espalier.driver as d, _espalier.lines as l\nd.run = None\nd._Trace = 4\nl.here = lambda: 1 / 0\nl.user_files = None\n`,
    ],
    [
      'patched guards',
      `${net()}\nimport _espalier.guard as g, _espalier.frameworks as f\ng.restore = lambda: None\ng._modules = {}\nf.of = None\n`,
    ],
    [
      'a patched import machinery',
      `${net()}\nimport sys\nsys.meta_path = None\nsys.modules = {}\nsys.path_hooks = None\n`,
    ],
    [
      'patched containers',
      `${net()}\nimport collections, json, inspect, ast\njson.dumps = None\ninspect.signature = None\nast.walk = lambda tree: iter(int, 1)\ncollections.OrderedDict = None\n`,
    ],
    ['its own place taken', 'import sys\nsys.modules[__name__] = None\n__name__ = 3\n__builtins__ = {}\n'],
    [
      'a __del__ that raises and loops',
      `class Odd:\n    def __del__(self): raise ValueError()\nfor _ in range(1000): Odd()\n${net()}`,
    ],
    [
      'a trace function',
      `${net()}\nimport sys\nsys.settrace(lambda *a: 1 / 0)\nsys.setprofile(lambda *a: 1 / 0)\nsys.setrecursionlimit(50)\n`,
    ],
    [
      'threads',
      `import threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()\n${net()}`,
    ],
    ['an alarm', `import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\n${net()}`],
    ['an exit hook', `import atexit\natexit.register(lambda: [0 for _ in iter(int, 1)])\n${net()}`],
    [
      'decorators that run at import',
      `def now(f):\n    while True: pass\n${net()}\n@now\ndef later(): pass\n`,
    ],
    [
      'class bodies that run at import',
      `${net()}\nclass Odd(nn.Module):\n    fc = [nn.Linear(2, 2) for _ in range(10)]\n    raise ValueError('no')\n`,
    ],
  ];

  it.each(tricks)('%s: contained', async (_, text) => {
    const { diagnostics } = await bench.trace(text);
    expect(diagnostics.length, JSON.stringify(diagnostics)).toBeLessThanOrEqual(2);
    for (const { message } of diagnostics) expect(message).toMatch(/^[^\n\r]+$/);
    await bench.stillWorks();
  });
});
