"""Parts of a picture that are copies of other parts.

`exact` finds copies that kept every pixel, `keypoints` describes places so that a compressed, turned or scaled copy is
still recognised, `transforms` finds the movements that many matched places share, `extent` follows each one pixel by
pixel and says how well the two places agree.
"""
