# One image for web, worker and beat; docker-compose.yml says which one a container is.
FROM python:3.11-slim

RUN useradd --system --uid 10001 --home-dir /srv/evalhub --create-home evalhub
WORKDIR /srv/evalhub

COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes --requirement requirements/base.txt

COPY --chown=evalhub . .
RUN mkdir -p /srv/data /srv/static && chown evalhub /srv/data /srv/static
USER evalhub
ENV PYTHONUNBUFFERED=1 \
    EVALHUB_DATA_DIR=/srv/data \
    EVALHUB_STATIC_ROOT=/srv/static
RUN EVALHUB_SECRET_KEY=only-for-this-build-step-0123456789abcdef EVALHUB_DATA_DIR=/tmp/build \
    python manage.py collectstatic --noinput --verbosity=0

EXPOSE 8000
CMD ["gunicorn", "evalhub.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--max-requests", "2000", "--max-requests-jitter", "200"]
