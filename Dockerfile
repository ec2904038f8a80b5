# Runs scim-conformance without a Python of your own. Linted with hadolint; untested: no image has been built from it yet.
#
#   docker build --tag scim-conformance .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" --env SCIM_CONFORMANCE_TOKEN \
#     scim-conformance run --yes --url https://staging.example.com/scim/v2
#
# Settings, waivers and profiles come from the mounted folder, and the reports are written there.
FROM python:3.11-slim AS build
WORKDIR /source
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY docs/portal-errors.md docs/
COPY schemas schemas
COPY suites suites
COPY scim_conformance scim_conformance
RUN python -m venv /opt/scim-conformance \
    && /opt/scim-conformance/bin/pip install --no-cache-dir --disable-pip-version-check \
        --constraint constraints.txt '.[demo]'

FROM python:3.11-slim
COPY --from=build /opt/scim-conformance /opt/scim-conformance
ENV PATH="/opt/scim-conformance/bin:$PATH"
WORKDIR /work
# An unprivileged user without a home: nothing is written outside the mounted folder.
USER 65534:65534
ENTRYPOINT ["scim-conformance"]
CMD ["--help"]
