"""Node graph of ComfyUI, stored in the file.

## What it measures
Whether the file carries a graph of ComfyUI: JSON whose nodes have a `class_type` (key `prompt`) or a list of nodes
and links (key `workflow`). In PNG these are text chunks, in WebP and JPEG EXIF fields whose text begins with
`prompt:` or `workflow:`, in MP4, MOV, FLAC and MP3 metadata keys of that name, or one comment that holds both.

## Why it matters
ComfyUI writes the whole recipe into what it saves: the models, the prompts, the seed and every step. It shows not
only that a generator was used but how, and often whether a photograph was the starting point.

## Known problems
Platforms remove it. It can be added by hand or copied from another file; people also share a graph inside a picture
that has nothing to do with it. ComfyUI can edit photographs too, so a graph without a sampling node is reported as
an edit. A graph longer than four megabytes is recognised by its beginning only.

## How to read it
Look at the quoted node names: `KSampler` and `EmptyLatentImage` mean a picture made from noise, `LoadImage` means
that a picture went in. Dropping the file into ComfyUI shows the graph; do that on a machine that holds nothing
confidential. Ask the sender what went in.

## References
ComfyUI, `nodes.py` (SaveImage), `comfy_extras/nodes_images.py` and `comfy_extras/nodes_video.py`.
ComfyUI examples: https://comfyanonymous.github.io/ComfyUI_examples/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import field_name
from detectors.marks._quote import declared, fact, place, quoted
from detectors.marks._text import parse_object
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="ComfyUI graph",
    kinds=("image", "video", "audio"),
    basis="declared",
    needs=("metadata",),
)

_KEYS = ("prompt", "workflow")
_COMMENTS = ("comment", "usercomment", "description", "imagedescription", "comm", "©cmt", "cmt", "icmt")
_MOST_NODES = 2_000
_MOST_NAMES = 12
_CUT_GRAPH = re.compile(r'"class_type": ?"([^"\\]{1,80})"')  # a graph that was cut is no JSON any more


def run(view: View) -> Finding:
    """Look for a node graph in every place where ComfyUI and its save nodes put one."""
    for entry in view.metadata.entries:
        nodes = _nodes(entry)
        if nodes:
            return _finding(entry, nodes)
    return nothing_found()


def _finding(entry: Entry, nodes: tuple[str, ...]) -> Finding:
    names = tuple(dict.fromkeys(nodes))
    samples = any("sampler" in name.casefold() for name in names)
    loads = any(name.casefold().startswith(("loadimage", "loadvideo", "vhs_load")) for name in names)
    summary = f"Its {place(entry)} holds a node graph of the generator ComfyUI ({len(nodes)} nodes)."
    caveats = []
    if not samples:
        caveats.append("The graph names no sampling node, so ComfyUI may only have edited an existing file.")
    elif loads:
        caveats.append(
            "The graph loads a picture or clip, so it may alter a photograph, not start from nothing."
        )
    because = (quoted(entry), fact("Nodes of the graph", ", ".join(names[:_MOST_NAMES])))
    return declared(
        summary,
        because,
        points_to="generated" if samples else "edited",
        caveats=tuple(caveats),
        tool="ComfyUI",
    )


def _nodes(entry: Entry) -> tuple[str, ...]:
    """Return the class names of the nodes in an entry, empty where it holds no graph."""
    name, text = field_name(entry), entry.value
    if entry.standard == "EXIF" and text.startswith(("prompt:", "workflow:", "Prompt:", "Workflow:")):
        name, text = text.split(":", 1)[0].casefold(), text.split(":", 1)[1]
    if name in _KEYS:
        return tuple(_CUT_GRAPH.findall(text)) if entry.truncated else _graph(parse_object(text))
    if name in _COMMENTS and any(f'"{key}"' in text for key in _KEYS):
        held = parse_object(text) or {}
        return _either(held)
    return ()


def _either(held: dict[str, object]) -> tuple[str, ...]:
    for key in _KEYS:
        value = held.get(key)
        nodes = _graph(parse_object(value) if isinstance(value, str) else value)
        if nodes:
            return nodes
    return ()


def _graph(value: object) -> tuple[str, ...]:
    if not isinstance(value, dict):
        return ()
    listed = value.get("nodes")
    if isinstance(listed, list) and "links" in value:
        return _named(listed, "type")
    return _named(value.values(), "class_type")


def _named(nodes: Iterable[object], key: str) -> tuple[str, ...]:
    found = (node.get(key) for node in islice(nodes, _MOST_NODES) if isinstance(node, dict))
    return tuple(name for name in found if isinstance(name, str))
