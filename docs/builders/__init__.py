"""One module for each sort of page that `python -m docs.generate` writes."""
