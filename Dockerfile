# One file, seven images: docker build --target operator -t shopkeeper/operator:0.1.0 .
#
# ARTIFACTS says where the programs come from:
#   build     (default) compiled in here, from the source in the context;
#   prebuilt  collected on the host by tools/images from build/release (no compiler needed here).
# Either way an image holds one program (the sidecar's also the one for backups), the libraries it
# loads, CA certificates, and nothing else.
ARG BASE=debian:bookworm-slim
ARG ARTIFACTS=build

FROM ${BASE} AS build
COPY cmake/debian-packages.txt /tmp/
RUN apt-get update \
 && sed 's/#.*//' /tmp/debian-packages.txt | xargs apt-get install -y --no-install-recommends \
 && rm -rf /var/lib/apt/lists/*
COPY . /src
WORKDIR /src
RUN --mount=type=cache,target=/root/.cache/ccache \
    cmake --preset release -DSHOPKEEPER_TESTS=OFF && cmake --build --preset release
RUN tools/collect-image build/release/bin /out

FROM scratch AS prebuilt
COPY build/images /out

FROM ${ARTIFACTS} AS artifacts

FROM scratch AS operator
COPY --from=artifacts /out/shopkeeper-operator /
USER 65532:65532
ENTRYPOINT ["/usr/bin/shopkeeper-operator"]

FROM scratch AS sidecar
COPY --from=artifacts /out/shopkeeper-sidecar /
USER 65532:65532
ENTRYPOINT ["/usr/bin/shopkeeper-sidecar"]

FROM scratch AS knowledge
COPY --from=artifacts /out/guide-knowledge /
USER 65532:65532
ENTRYPOINT ["/usr/bin/guide-knowledge"]

FROM scratch AS search
COPY --from=artifacts /out/guide-search /
USER 65532:65532
ENTRYPOINT ["/usr/bin/guide-search"]

FROM scratch AS recommendation
COPY --from=artifacts /out/guide-recommendation /
USER 65532:65532
ENTRYPOINT ["/usr/bin/guide-recommendation"]

FROM scratch AS dialogue
COPY --from=artifacts /out/guide-dialogue /
USER 65532:65532
ENTRYPOINT ["/usr/bin/guide-dialogue"]

FROM scratch AS ui
COPY --from=artifacts /out/guide-ui /
USER 65532:65532
ENTRYPOINT ["/usr/bin/guide-ui"]
