"""Many pictures at once: by threads or by processes, in order and in bounded memory."""
