"""How results are shown: text, HTML report, JSON Lines, bundle.

`terms` (plain words for C2PA terms), `facts` and `tree` (what to say) are pure and shared by all forms.
"""
