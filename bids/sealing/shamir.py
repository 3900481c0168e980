"""Shamir's sharing over GF(2^8) with polynomial 0x11b: a share is its y bytes, then x (docs/sobre-1.md §6).

Not in constant time: it runs on the sealer's and the opener's own machine, once per envelope.
"""

from functools import reduce


def _times(a, b):
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _over(a, b):
    inverse = reduce(_times, [b] * 254)  # b^255 is 1
    return _times(a, inverse)


def xor(*strings):
    """Return the bytewise sum in the field of strings of one length."""
    return bytes(reduce(int.__xor__, column) for column in zip(*strings, strict=True))


def _value(polynomial, x):
    """Evaluate one byte's polynomial, coefficients from degree 0 up."""
    return reduce(lambda total, coefficient: _times(total, x) ^ coefficient, reversed(polynomial))


def split(secret, xs, k, rng):
    """Return one share per x (1 to 255, distinct); any `k` rebuild `secret`, fewer say nothing of it."""
    polynomials = list(zip(secret, *(rng(len(secret)) for _ in range(k - 1)), strict=True))
    return [bytes([*(_value(polynomial, x) for polynomial in polynomials), x]) for x in xs]


def interpolate(shares, at=0):
    """Return the y bytes at `at` of the polynomial through these shares; ValueError if they are none."""
    xs = [share[-1] for share in shares]
    if 0 in xs or len(set(xs)) < len(xs):
        raise ValueError("x is not distinct, or zero")
    weights = [reduce(_times, [_over(at ^ other, x ^ other) for other in xs if other != x], 1) for x in xs]
    terms = [
        bytes(_times(weight, y) for y in share[:-1]) for weight, share in zip(weights, shares, strict=True)
    ]
    return xor(*terms)


def agree(shares, k):
    """Tell whether all these shares lie on one polynomial of degree k - 1."""
    try:
        return all(interpolate(shares[:k], at=share[-1]) == share[:-1] for share in shares)
    except ValueError:
        return False
