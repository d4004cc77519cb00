#!/usr/bin/env bash
# Packs what tools/gpu-check.sh needs on a machine with a GPU and nothing else: a Java runtime made by jlink and the
# jars, without the peers of the benchmarks, in parts of at most 58 MiB.
# usage: tools/gpu-pack.sh [FOLDER]   (default: target/gpu-pack)
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
out="${1:-$root/target/gpu-pack}"
part_bytes=$((58 * 1024 * 1024))

for module in ragdiff-cli ragdiff-bench; do
  if [ ! -f "$root/$module/target/$module.jar" ] || [ ! -f "$root/$module/target/classpath.txt" ]; then
    echo "gpu-pack: $module is not built; run mvn -DskipTests package first" >&2
    exit 2
  fi
done
home="${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}"
if [ ! -d "$home/jmods" ]; then
  echo "gpu-pack: $home has no jmods; set JAVA_HOME to a full JDK" >&2
  exit 2
fi

stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
"$home/bin/jlink" --module-path "$home/jmods" --add-modules java.se,jdk.unsupported,jdk.zipfs \
  --strip-debug --no-header-files --no-man-pages --compress=2 --output "$stage/jre"
mkdir -p "$stage/lib"
# Jars of the reactor lie in target folders, all others in the local repository.
for module in ragdiff-cli ragdiff-bench; do
  tr ':' '\n' <"$root/$module/target/classpath.txt"
  echo
  echo "$root/$module/target/$module.jar"
done | sed '/^$/d' | sort -u | grep -vE '/(pytorch-native|pytorch-jni|onnxruntime|jmh-generator)[^/]*\.jar$' | while read -r jar; do
  if [ -d "$jar" ]; then
    # A class folder: the module was not packaged in this build.
    name="$(basename "$(dirname "$(dirname "$jar")")")"
    (cd "$jar" && "$home/bin/jar" --create --file "$stage/lib/$name.jar" .)
  else
    cp "$jar" "$stage/lib/"
  fi
done
rm -rf "$out"
mkdir -p "$out"
tar -C "$stage" -cf - jre lib | gzip -1 | split -b "$part_bytes" -d - "$out/part-"
(cd "$out" && sha256sum part-* >SHA256SUMS)
ls -l "$out"
echo "gpu-pack: unpack there with: cat part-* | tar -xzf -"
