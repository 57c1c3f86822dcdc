"""Training of the dense networks of the voice score, with PyTorch; they run in numpy (`detectors/audio/_dense.py`).

Rows are drawn so that no repository says much about the label; features are blanked and blurred at random, so that the
answer does not hang on few of them. The weights kept are the running mean of the last few hundred steps, which
strays less from source to source than any single step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.audio._dense import Dense

__all__ = ["Course", "fit_dense"]

_CERTAIN = 0.97
"""What the labels are softened to: pages do not tell everything that their recordings went through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Shape of the networks, and how they learn."""

    networks: int = 3
    """How many, from different beginnings."""

    hidden: int = 64
    """Units of the first hidden layer; the second has half as many."""

    steps: int = 1000
    """Batches."""

    batch: int = 256
    """Rows in each."""

    rate: float = 2e-3
    """Highest learning rate."""

    blanked: float = 0.25
    """Share of the features that are blanked; of the hidden units half as many again."""

    blurred: float = 0.25
    """Standard deviation of the noise on the features, in theirs."""

    memory: float = 0.995
    """Share of the running mean of the weights that outlives a step."""


def fit_dense(
    features: NDArray[np.float32],
    synthetic: NDArray[np.bool_],
    weights: NDArray[np.float64],
    columns: NDArray[np.intp],
    course: Course,
    *,
    seed: int,
) -> Dense:
    """Return dense networks trained on rows of features.

    Args:
        features: Rows of features.
        synthetic: Labels.
        weights: How often each row is drawn, from `even_weights`.
        columns: Which columns they look at.
        course: Shape and length.
        seed: Seed of everything random.
    """
    mine = features[:, columns]
    draft = Dense(
        columns.astype(np.int16),
        mean=mine.mean(axis=0),
        scale=np.maximum(mine.std(axis=0), 1e-6),
        weights=(),
        biases=(),
    )
    standard = draft.standard(features)
    likely = weights / weights.sum()
    trained = [
        _train(standard, synthetic, likely, course, seed=seed + number) for number in range(course.networks)
    ]
    layers = [[np.stack(parts) for parts in zip(*layer, strict=True)] for layer in zip(*trained, strict=True)]
    return Dense(
        draft.column, draft.mean, draft.scale,
        tuple(weight for weight, _ in layers), tuple(bias[:, None, :] for _, bias in layers),
    )  # fmt: skip


_Layer = tuple[NDArray[np.float32], NDArray[np.float32]]


def _train(
    rows: NDArray[np.float32],
    synthetic: NDArray[np.bool_],
    likely: NDArray[np.float64],
    course: Course,
    *,
    seed: int,
) -> list[_Layer]:
    import torch
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    model = _model(rows.shape[1], course)
    mean = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(course.memory), use_buffers=True)
    descent = torch.optim.AdamW(model.parameters(), course.rate, weight_decay=3e-2)
    pace = torch.optim.lr_scheduler.OneCycleLR(descent, course.rate, total_steps=course.steps, pct_start=0.15)
    loss = torch.nn.BCEWithLogitsLoss()
    for _ in range(course.steps):
        drawn = rng.choice(len(rows), course.batch, p=likely)
        seen = rows[drawn] + course.blurred * rng.standard_normal((course.batch, rows.shape[1]), np.float32)
        wanted = np.where(synthetic[drawn], _CERTAIN, 1 - _CERTAIN).astype(np.float32)
        descent.zero_grad()
        loss(model(torch.from_numpy(seen))[:, 0], torch.from_numpy(wanted)).backward()
        descent.step()
        pace.step()
        mean.update_parameters(model)
    return _folded(mean.module.eval())


def _model(width: int, course: Course) -> Any:
    from torch import nn

    first, second = course.hidden, course.hidden // 2
    return nn.Sequential(
        nn.Dropout(course.blanked),
        nn.Linear(width, first), nn.BatchNorm1d(first), nn.ReLU(), nn.Dropout(1.5 * course.blanked),
        nn.Linear(first, second), nn.BatchNorm1d(second), nn.ReLU(), nn.Dropout(1.5 * course.blanked),
        nn.Linear(second, 1),
    )  # fmt: skip


def _folded(model: Any) -> list[_Layer]:
    """Return weights and biases of the layers, the normalisation over batches folded in."""
    from torch import nn

    layers: list[_Layer] = []
    for part in model:
        if isinstance(part, nn.Linear):
            layers.append((part.weight.detach().numpy().T.copy(), part.bias.detach().numpy().copy()))
        elif isinstance(part, nn.BatchNorm1d):
            gain = (part.weight / (part.running_var + part.eps).sqrt()).detach().numpy()
            weight, bias = layers[-1]
            shift = part.bias.detach().numpy() - part.running_mean.numpy() * gain
            layers[-1] = (weight * gain, bias * gain + shift)
    return layers
