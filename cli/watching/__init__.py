"""`assay watch` behind its command: what has arrived, what is complete, what is moved aside."""
