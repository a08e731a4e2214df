"""What is read: files, bytes, arrays, folders -> pages."""
