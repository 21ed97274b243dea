# SPDX-License-Identifier: Apache-2.0
"""Logistic regression for the tools in the folders beside this file. Python's standard library only."""
import math


def solve(matrix, vector):
    """Gaussian elimination with pivots."""
    rows = [list(row) + [value] for row, value in zip(matrix, vector)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(size):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def sigmoid(x):
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def predict(weights, x):
    return sigmoid(sum(w * v for w, v in zip(weights, x)))


def fit(inputs, shares, pulls, centers):
    """Newton's method; each weight is drawn to its centre by its pull, as by a normal prior of that
    precision. The inputs hold the 1 of an intercept themselves."""
    size = len(pulls)
    weights = list(centers)
    for _ in range(50):
        gradient = [-pulls[i] * (weights[i] - centers[i]) for i in range(size)]
        hessian = [[pulls[i] if i == j else 0.0 for j in range(size)] for i in range(size)]
        for x, y in zip(inputs, shares):
            p = predict(weights, x)
            for i in range(size):
                gradient[i] += (y - p) * x[i]
                for j in range(size):
                    hessian[i][j] += max(1e-4, p * (1 - p)) * x[i] * x[j]
        step = solve(hessian, gradient)
        length = max(map(abs, step))
        # A long step may lead where all predictions are 0 or 1.
        scale = min(1.0, 2.0 / length) if length else 1.0
        weights = [w + scale * s for w, s in zip(weights, step)]
        if length < 1e-8:
            break
    return weights
