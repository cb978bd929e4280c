# The portal as one image: web server, worker, beat and the migration step differ only in their command.
FROM python:3.11-slim-bookworm

# What WeasyPrint opens; what makes pictures of Office files, with fonts as wide as those that Office files name.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libglib2.0-0 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 libfontconfig1 \
        libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui \
        fonts-liberation2 fonts-crosextra-carlito fonts-crosextra-caladea \
    && rm -rf /var/lib/apt/lists/*

RUN pip install --no-cache-dir "uv>=0.9,<1" \
    && useradd --create-home --uid 10001 portal

WORKDIR /portal
ENV UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    PATH=/portal/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

# Packages change more seldom than our code: a layer of their own.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-cache

COPY . .
ENV PORTAL_HOME=/var/lib/portal \
    STATIC_ROOT=/portal/staticfiles
# Collected as production serves them: compressed, and named after what they hold. The key signs nothing here.
RUN PORTAL_PRODUCTION=1 SECRET_KEY=used-while-the-image-is-built-and-never-to-sign-anything \
        DATABASE_URL=postgres://none/none REDIS_URL=redis://none/0 ALLOWED_HOSTS=none EMAIL_URL=consolemail:// \
        python manage.py collectstatic --noinput \
    && install --directory --owner=portal --group=portal /var/lib/portal

USER portal
ENV PORTAL_PRODUCTION=1
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--graceful-timeout", "20", "--access-logfile", "-", "--no-control-socket"]
