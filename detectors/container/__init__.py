"""Checks on containers (MP4, WAV, MP3 and the like), one file a check."""
