"""The history inside Content Credentials as a tree that is bounded, whatever the file claims."""

from __future__ import annotations

from dataclasses import dataclass

from provenance.model.credentials import Credentials, Ingredient, Manifest

__all__ = ["Node", "credential_tree", "unreferenced"]

_MAX_DEPTH = 12
_MAX_NODES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A version of the file, or something that went into it."""

    manifest: Manifest | None
    """Its credentials; None where it brought none or they are missing."""
    ingredient: Ingredient | None
    """How it went into the node above; None for the file itself."""
    children: tuple[Node, ...] = ()
    """What went into it."""
    cut: int = 0
    """Ingredients that are not shown, because the tree is too deep or too large."""
    repeated: bool = False
    """Whether the same manifest stands elsewhere in the tree, so that its history is not shown again."""

    @property
    def broken(self) -> bool:
        """Whether its credentials did not match."""
        return self.ingredient is not None and self.ingredient.broken

    @property
    def title(self) -> str:
        """What the file calls it; empty where it has no name. Hostile until escaped."""
        names = (self.ingredient and self.ingredient.title, self.manifest and self.manifest.title)
        return next((name for name in names if name), "")


class _Builder:
    def __init__(self, credentials: Credentials) -> None:
        self.manifests = {manifest.label: manifest for manifest in credentials.manifests}
        self.shown: set[str] = set()
        self.left = _MAX_NODES

    def node(self, manifest: Manifest | None, ingredient: Ingredient | None, depth: int) -> Node:
        self.left -= 1
        if manifest is None:
            return Node(manifest=None, ingredient=ingredient)
        if manifest.label in self.shown:
            return Node(manifest=manifest, ingredient=ingredient, repeated=True)
        self.shown.add(manifest.label)
        children: list[Node] = []
        for below in manifest.ingredients:
            if depth >= _MAX_DEPTH or self.left <= 0:
                break
            children.append(self.node(self.manifests.get(below.manifest or ""), below, depth + 1))
        cut = len(manifest.ingredients) - len(children)
        return Node(manifest=manifest, ingredient=ingredient, children=tuple(children), cut=cut)


def credential_tree(credentials: Credentials) -> Node | None:
    """Return the active manifest with its history below it, or None where there is no manifest.

    At most 200 nodes and 12 levels; a manifest that is used twice, or that contains itself, is opened
    once only, so that the tree cannot grow beyond the file that it came from.
    """
    if credentials.active is None:
        return None
    return _Builder(credentials).node(credentials.active, None, 0)


def unreferenced(credentials: Credentials) -> tuple[Manifest, ...]:
    """Return the manifests that nothing in the history refers to."""
    reached = {label for m in credentials.manifests for i in m.ingredients if (label := i.manifest)}
    return tuple(m for m in credentials.manifests[1:] if m.label not in reached)
