#!/usr/bin/env bash
# Checks and measures the provider cuda on a machine with a GPU: parity, gradients, memory over 500 steps, times beside
# PyTorch in the same run, a short training. Every part is cut at its limit; all together take less than 8 minutes.
#
# usage: tools/gpu-check.sh [-p PACK] [-f FIXTURES] [-o OUT] [-d DIVISOR] [PART...]
#   PACK      folder of tools/gpu-pack.sh's parts, or of what they hold (jre, lib); default: the build of this checkout
#   FIXTURES  folder with ops-grad, unet-sd, vae, reference-attention (default: ../shared/fixtures)
#   OUT       results (default: out/gpu)
#   DIVISOR   of sizes, for a dry run on a slow machine (default: 1)
#   PART      info parity gradients leak kernels step train table (default: all)
# RAGDIFF_PROVIDER (default: cuda) is forced; RAGDIFF_CUDA_LIBRARIES names folders of NVIDIA's libraries, by default
# those of python3's packages and of /usr/local/cuda.
# Exit code: 0 all parts ran and passed; 1 one failed; 2 wrong use.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
pack=""
fixtures="$root/../shared/fixtures"
out="$root/out/gpu"
divisor=1
while getopts "p:f:o:d:" option; do
  case "$option" in
    p) pack="$OPTARG" ;;
    f) fixtures="$OPTARG" ;;
    o) out="$OPTARG" ;;
    d) divisor="$OPTARG" ;;
    *) sed -n '2,15p' "$0" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- info parity gradients leak kernels step train table
provider="${RAGDIFF_PROVIDER:-cuda}"
mkdir -p "$out"
out="$(cd "$out" && pwd)"

if [ -n "$pack" ]; then
  if [ ! -d "$pack/lib" ]; then
    (cd "$pack" && sha256sum --quiet -c SHA256SUMS && cat part-* | tar -xzf -) || exit 2
  fi
  pack="$(cd "$pack" && pwd)"
  java="$pack/jre/bin/java"
  classpath="$pack/lib/*"
else
  java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
  if [ ! -f "$root/ragdiff-bench/target/classpath.txt" ] || [ ! -f "$root/ragdiff-cli/target/classpath.txt" ]; then
    echo "gpu-check: nothing is built here; run mvn -DskipTests package, or name a pack with -p" >&2
    exit 2
  fi
  classpath="$root/ragdiff-cli/target/ragdiff-cli.jar:$(cat "$root/ragdiff-cli/target/classpath.txt")"
  classpath="$classpath:$root/ragdiff-bench/target/ragdiff-bench.jar:$(cat "$root/ragdiff-bench/target/classpath.txt")"
fi

libraries="${RAGDIFF_CUDA_LIBRARIES-}"
if [ -z "$libraries" ] && [ "$provider" = cuda ]; then
  libraries="$(python3 -c 'import nvidia; print(":".join(nvidia.__path__))' 2>/dev/null || true)"
  [ -d /usr/local/cuda/lib64 ] && libraries="${libraries:+$libraries:}/usr/local/cuda/lib64"
fi
options=(-Xmx6g -Dorg.bytedeco.javacpp.maxBytes=48g -Dorg.bytedeco.javacpp.maxPhysicalBytes=64g
  -Dragdiff.home="$root" -Dragdiff.provider="$provider"
  -Dragdiff.cuda.cache="$out/kernels" -Dorg.slf4j.simpleLogger.log.org.ragdiff=info)
[ -n "$libraries" ] && options+=(-Dragdiff.cuda.libraries="$libraries")
# RAGDIFF_JAVA_OPTS: further options for the JVM.
# shellcheck disable=SC2206
options+=(${RAGDIFF_JAVA_OPTS:-})

failed=0
# part SECONDS COMMAND...: runs it with its output in OUT/part.log, cut at its limit.
part() {
  local name="$1" limit="$2" start=$SECONDS code
  shift 2
  echo "== $name (at most $limit s)"
  timeout -k 5 "$limit" "$@" 2>&1 | tee "$out/$name.log" | tail -n 40
  code=${PIPESTATUS[0]}
  echo "== $name: exit code $code, $((SECONDS - start)) s" | tee -a "$out/summary.log"
  [ "$code" -eq 0 ] || failed=1
}
ragdiff() { part "$1" "$2" "$java" "${options[@]}" -cp "$classpath" org.ragdiff.cli.Main "${@:3}"; }
times() { part "$1" "$2" "$java" "${options[@]}" -cp "$classpath" org.ragdiff.bench.network.DeviceTimes "$1" "$out" "$divisor"; }

for p in "$@"; do
  case "$p" in
    info)
      rm -f "$out/times.jsonl" "$out/summary.log" "$out"/program-*.json
      nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv 2>&1 | tee "$out/gpu.csv"
      # Fails where no model is at hand; what it says of the provider is what counts here.
      timeout -k 5 45 "$java" "${options[@]}" -cp "$classpath" org.ragdiff.cli.Main doctor 2>&1 | tee "$out/info.log"
      grep -q "networks run on  *$provider" "$out/info.log" || failed=1
      ;;
    parity) ragdiff parity 60 parity "$fixtures/unet-sd" "$fixtures/vae" "$fixtures/reference-attention" --json "$out/parity.json" ;;
    gradients) ragdiff gradients 30 parity "$fixtures/ops-grad" --json "$out/gradients.json" ;;
    leak) times leak 40 ;;
    kernels) times kernels 70 ;;
    step) times step 100 ;;
    train) times train 50 ;;
    table) part table 75 python3 "$root/tools/gpu_peer.py" "$out" --seconds 0.25 --budget 65 ;;
    *) echo "gpu-check: no part is called $p" >&2; exit 2 ;;
  esac
done
exit $failed
