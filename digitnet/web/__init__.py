"""The reader over HTTP, and a page to draw on. Needs Starlette and uvicorn; never PyTorch."""
