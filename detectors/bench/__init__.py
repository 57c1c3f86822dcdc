"""Measuring Assay itself: labelled files through usual deliveries, and the figures that come out."""
