"""Reports: what a trained network learned, where it fails, how far to trust it.

Needs PyTorch, and matplotlib where it draws; numbers and pictures in, one page of HTML or PNG
files out.
"""
