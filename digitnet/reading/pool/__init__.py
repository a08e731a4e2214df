"""Many pictures by several processes, in order and in bounded memory."""
