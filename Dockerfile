# One image for web, worker, beat and owner commands; `compose.yaml` shows how they are run.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /ec3l
COPY requirements-run.lock .
# The installer itself stays behind.
RUN python -m venv /venv && /venv/bin/pip install --no-deps --require-hashes -r requirements-run.lock && \
    /venv/bin/pip uninstall --quiet --yes pip setuptools
COPY . .
# Static files are collected into the image; the values here sign nothing and reach nobody.
RUN SECRET_KEY=only-used-while-the-image-is-built-0000000 TOKEN_KEY=only-used-while-the-image-is-built-1111111 \
    DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost/0 \
    ALLOWED_HOSTS=localhost BASE_URL=https://localhost DJANGO_SETTINGS_MODULE=config.settings.prod \
    /venv/bin/python manage.py collectstatic --no-input && \
    /venv/bin/python -m compileall -q apps config

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.prod WEB_ADDRESS=0.0.0.0
RUN groupadd --system --gid 10001 ec3l && \
    useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin ec3l
COPY --from=build /venv /venv
COPY --from=build /ec3l /ec3l
WORKDIR /ec3l
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "config.probe"]
CMD ["gunicorn", "-c", "config/gunicorn.py"]
