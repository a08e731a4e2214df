# digitnet serve in a small image: no compiler, no PyTorch, not root.
#
#   docker build -t digitnet .
#   docker run --rm -p 8000:8000 --read-only --tmpfs /tmp digitnet
FROM python:3.12-slim AS build
COPY . /source
RUN pip install --no-cache-dir --prefix=/installed "/source[web]"

FROM python:3.12-slim
COPY --from=build /installed /usr/local
RUN useradd --system --no-create-home --uid 10001 digitnet
USER digitnet
ENV PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz')"]
ENTRYPOINT ["digitnet", "serve", "--no-browser", "--log-format", "json"]
CMD ["--host", "0.0.0.0"]
