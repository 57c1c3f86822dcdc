"""Training of detectors from a folder of labelled files: `python -m detectors.train CHECK --corpus DIR`.

Nothing here is imported when a file is examined; scikit-learn is imported only here.
"""
