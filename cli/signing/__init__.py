"""What `assay sign` does between its options and `provenance.sign`: inputs, worker processes, journal, words."""
