"""Writes expression-tables.json: entries of tables by mpmath with 400 digits (pip or Debian: python3-mpmath), one case a line."""
import json
import random
import struct

from mpmath import mp, mpf, erf, exp, floor, log, sqrt, tanh

mp.dps = 400
SIXTH = mpf(6)


def sigmoid(x):
    return 1 / (1 + exp(-x))


def softplus(x):
    return log(1 + exp(x))


def whole(x, up):
    return -floor(-x) if up else floor(x)


def to_even(x):
    low = floor(x + mpf(1) / 2)
    return low - 1 if low - x == mpf(1) / 2 and low % 2 == 1 else low


FUNCTIONS = {
    'gelu': lambda x: x * (1 + erf(x / mpf(1.4142135623730951))) * mpf(0.5),
    'tanh gelu': lambda x: mpf(0.5) * x * (1 + tanh(mpf(0.7978845608028654) * (x + mpf(0.044715) * x ** 3))),
    'silu': lambda x: x * sigmoid(x),
    'mish': lambda x: x * tanh(softplus(x)),
    'softplus': softplus,
    'hard swish': lambda x: x * min(max(x + 3, 0), 6) / SIXTH,
    'exp': exp,
    'log': log,
    'sqrt': sqrt,
    'reciprocal': lambda x: 1 / x,
    'root of reciprocal': lambda x: 1 / sqrt(x + mpf(0.00001)),
    'cube': lambda x: x ** 3,
    'power': lambda x: exp(mpf(1.7) * log(x)),
    'erf': erf,
    'tanh': tanh,
    'sigmoid': sigmoid,
    'steps': lambda x: x * whole(x, False) - whole(x, True) + to_even(3 * x) + (x > 0) - (x < 0),
    'choice': lambda x: log(x + 1) if x > 0 else exp(x) - abs(x),
    'difference': lambda x: exp(x) - exp(x + mpf(1e-13)),
}
POSITIVE = {'log', 'sqrt', 'power', 'root of reciprocal'}

CASES = [
    ('gelu', 1 / 4096, 1 / 4096), ('gelu', 0.0003, 1e-9), ('gelu', 0.001, 0.001), ('tanh gelu', 0.0002, 0.0002),
    ('silu', 0.0004, 0.0004), ('mish', 0.0003, 0.0003), ('softplus', 0.001, 0.001), ('softplus', 0.0001, 1e-5),
    ('hard swish', 1 / 1024, 1 / 1024), ('hard swish', 1 / 4096, 3 / 4096), ('exp', 0.0003, 1.0), ('exp', 0.002, 1e20),
    ('log', 0.001, 0.0003), ('log', 2.0 ** 99, 0.01), ('sqrt', 0.25, 0.5), ('sqrt', 0.001, 0.0003), ('reciprocal', 0.5, 1e-4),
    ('root of reciprocal', 0.001, 0.003), ('cube', 0.001, 1.0), ('power', 0.001, 0.02), ('erf', 0.0002, 1 / 32768),
    ('tanh', 0.0002, 1 / 32768), ('sigmoid', 0.0004, 1 / 32768), ('steps', 0.125, 0.5), ('choice', 0.0007, 0.0001),
    ('difference', 0.0001, 1e-15),
]


def entry(name, q, scale_in, scale_out):
    value = FUNCTIONS[name](q * mpf(scale_in)) / mpf(scale_out)
    return int(max(-32768, min(32767, floor(value + mpf(1) / 2))))


def bits(value):
    return struct.pack('>d', value).hex()


def case(name, scale_in, scale_out, rng):
    low = 1 if name in POSITIVE else -32768
    qs = sorted({rng.randint(low, 32767) for _ in range(220)} | {q for q in range(-9, 10) if q >= low} - {0} | {low, 32767})
    return {'function': name, 'scaleIn': bits(scale_in), 'scaleOut': bits(scale_out), 'q': qs,
            'entries': [entry(name, q, scale_in, scale_out) for q in qs]}


if __name__ == '__main__':
    generator = random.Random(1)
    lines = [json.dumps(case(*c, generator), separators=(',', ':')) for c in CASES]
    with open('expression-tables.json', 'w', encoding='utf-8') as file:
        file.write('[\n' + ',\n'.join(lines) + '\n]\n')
