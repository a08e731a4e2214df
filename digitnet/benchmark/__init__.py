"""How fast this machine trains and reads.

What is compared takes turns, so that a machine that slows down slows all alike; medians
are quoted. The functions timed are the ones that train and read.
"""
