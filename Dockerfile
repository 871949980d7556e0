# attnpaint on the CPU, not as root, without PyTorch. Build: docker build -t attnpaint .
# To train, too: docker build --build-arg EXTRAS=app,train -t attnpaint:train .
#   docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" attnpaint colorize drawing.png --ref reference.png
#   docker run --rm -p 127.0.0.1:8431:8431 attnpaint app --host 0.0.0.0 --no-browser
# On x86-64, PyPI's torch brings gigabytes of CUDA. The address of PyTorch's CPU packages, which pytorch.org
# tells, leaves them out: add --build-arg PIP_EXTRA_INDEX_URL=ADDRESS to the second one.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
WORKDIR /source
COPY . .
ARG EXTRAS=app
# The wheel, and apart from it what it needs: that layer is made anew only when the list changes.
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /built . \
    && python -c "import sys, tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
needs = [project['dependencies'], *map(project['optional-dependencies'].get, filter(None, sys.argv[1].split(',')))]; \
print(*sorted({one for group in needs for one in group}), sep='\n')" "$EXTRAS" > /built/needs.txt \
    && cp requirements.lock /built/

FROM python:${PYTHON}-slim
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
ARG PIP_EXTRA_INDEX_URL=""
COPY --from=build /built/needs.txt /built/requirements.lock /built/
RUN pip install -r /built/needs.txt -c /built/requirements.lock
RUN --mount=type=bind,from=build,source=/built,target=/wheel pip install --no-deps /wheel/*.whl
RUN useradd --create-home --uid 1000 painter && install -d -o painter -g painter /work
USER 1000:1000
WORKDIR /work
VOLUME /work
EXPOSE 8431
ENTRYPOINT ["attnpaint"]
CMD ["--help"]
