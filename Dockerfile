# The product as docker-compose.yml runs it. The image is built by the scripts that `make` uses.

FROM python:3.12-slim-bookworm AS build
WORKDIR /app
COPY requirements requirements
COPY tools tools
# Catalogues need Babel, which is not needed to serve.
RUN tools/environment local
COPY . .
RUN .venv/bin/python -m tools.catalogues \
    && rm -rf .venv && tools/environment production \
    && DEMO=0 SECRET_KEY=only-to-collect DATA_DIR=/tmp/data .venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --create-home rse && install -d -o rse -g rse /data
WORKDIR /app
COPY --from=build /app /app
ENV PYTHONUNBUFFERED=1 DATA_DIR=/data
USER rse
VOLUME /data
# web | sockets | worker | beat: see tools/processes.py
ENTRYPOINT [".venv/bin/python", "-m", "tools.processes"]
CMD ["web"]
