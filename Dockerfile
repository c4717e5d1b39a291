# Podpecker's image: Node.js, the compiled program and what it needs to run; no shell, no npm, no root.
#
#   docker build --tag ghcr.io/podpecker/podpecker:0.1.0 .
#
# The same sources yield the same bytes once the two images below are pinned. Their digests change with every patch of
# Node.js, so they are the builder's to give, and to renew (docker buildx imagetools inspect IMAGE prints them):
#
#   docker buildx build --tag ghcr.io/podpecker/podpecker:0.1.0 --sbom=true --provenance=true \
#     --build-arg BUILD_IMAGE=node:24-trixie-slim@sha256:… \
#     --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot@sha256:… \
#     --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" --output type=image,push=true,rewrite-timestamp=true .
#
# package.json, package-lock.json and each package's own package.json stay in the image, where scanners find them.
ARG BUILD_IMAGE=node:24-trixie-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package's own script runs, neither here nor below: none of them needs to.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
# Neither source maps, which Node.js does not read, nor what a next build would start from.
RUN npx tsc -p tsconfig.build.json --sourceMap false --tsBuildInfoFile ../tsbuildinfo

FROM ${BUILD_IMAGE} AS files
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY --from=build /app/dist ./dist
COPY LICENSE ./
# Declarations and maps are half of the bytes, and nothing reads them here.
RUN find node_modules -type f '(' -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' ')' -delete
# Whatever the umask of the checkout: everybody may read, nobody needs to write.
RUN chmod -R a+rX,go-w .

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="podpecker" \
      org.opencontainers.image.description="Kubernetes mutating admission webhook and policy engine for Woodpecker CI step Pods" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=files /app ./
# By number, so that a kubelet can see that it is not root.
USER 65532:65532
EXPOSE 8443 8080
# The short-lived garbage of reviews is collected a little more often: some 30 MB less are resident.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=2", "/app/dist/main.js"]
CMD ["--help"]
