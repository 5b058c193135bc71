# The executable and the C library, nothing else; not as root. From the folder that the release workflow prepares:
#   docker build --tag IMAGE --file Dockerfile dist/image
# docs/install.md has how to run it.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG TARGETARCH
COPY --chmod=755 ${TARGETARCH}/puffin-bench /usr/local/bin/puffin-bench
WORKDIR /data
ENTRYPOINT ["/usr/local/bin/puffin-bench"]
CMD ["--help"]
