# The executable and the C library, nothing else; not as root. From the folder that the release workflow prepares:
#   docker build --file Dockerfile dist/image && docker run --rm --volume "$PWD/results:/data/results" IMAGE all --save-results
FROM gcr.io/distroless/cc-debian12:nonroot
ARG TARGETARCH
COPY --chmod=755 ${TARGETARCH}/puffin-bench /usr/local/bin/puffin-bench
WORKDIR /data
ENTRYPOINT ["/usr/local/bin/puffin-bench"]
CMD ["--help"]
