"""What a picture is given as: a path, bytes, an array, a folder -> pages."""
