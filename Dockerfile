# One image for web, workers, beat and migrations.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# Pango and a Japanese font: the monthly report as PDF.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
       libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

# The pins first: a change of our own code does not install everything again.
COPY requirements/base.txt requirements/base.txt
RUN pip install --require-hashes -r requirements/base.txt

COPY . .
# collectstatic reads the settings and asks none of these; no value of them stays in the image.
RUN SECRET_KEY=build ENCRYPTION_KEYS=k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    BLIND_INDEX_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=postgresql://kizuna_app@localhost/kizuna REDIS_URL=redis://localhost/0 \
    EMAIL_URL=smtp://localhost:25 LINE_API_BASE_URL=http://localhost \
    python manage.py collectstatic --noinput

# Owns nothing here but the send log: a process that is taken over cannot change the program.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kizuna \
    && install -d -o kizuna /var/lib/kizuna/send-log
USER kizuna
EXPOSE 8000
CMD ["gunicorn", "kizuna.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
