"""The noise that the unevenness of a sensor's pixels leaves in every picture (photo-response non-uniformity, PRNU).

`wavelet` transforms, `residual` takes the noise out of a picture, `fingerprint` averages it over many pictures of
one camera, `matching` looks for a fingerprint in a picture, `score` says what a match is worth.
"""
