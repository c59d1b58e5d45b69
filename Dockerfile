# One image for every role: api-server, scheduler, dag-processor, triggerer, worker.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /opt/media-ai
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN python -m venv .venv \
 && sed -n '/^uv==/,/[^\\]$/p' requirements.txt > /tmp/uv.txt \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes --no-deps -r /tmp/uv.txt \
 && .venv/bin/python -m uv pip sync --no-cache --compile-bytecode --require-hashes --python .venv/bin/python requirements.txt
COPY operators operators
COPY include include
RUN .venv/bin/python -m uv pip install --no-cache --no-deps --no-build-isolation --python .venv/bin/python --editable .

FROM ${PYTHON_IMAGE}
RUN groupadd --system --gid 50000 media-ai \
 && useradd --system --uid 50000 --gid media-ai --create-home media-ai \
 && install -d -o media-ai -g media-ai /var/lib/media-ai /var/lib/media-ai/airflow /var/lib/media-ai/shared
WORKDIR /opt/media-ai
COPY --from=build /opt/media-ai /opt/media-ai
COPY dags dags
COPY plugins plugins
# Where the Helm chart looks for them.
COPY deploy/kubernetes/clean-logs deploy/kubernetes/entrypoint /
ENV PATH=/opt/media-ai/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MEDIA_AI_HOME=/var/lib/media-ai \
    AIRFLOW_HOME=/var/lib/media-ai/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/media-ai/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/media-ai/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH=/var/lib/media-ai/bundles
USER media-ai
VOLUME /var/lib/media-ai
# No ENTRYPOINT: the Helm chart gives whole commands, such as `bash -c "exec airflow scheduler"`.
CMD ["airflow", "version"]
