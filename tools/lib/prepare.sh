# What a build needs: Debian packages and LibTorch. Sourced after common.sh; installs only what is missing.

packages=(
  g++ cmake ninja-build ccache mold pkg-config git ca-certificates python3-pip clang-format
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev ffmpeg
  libboost-dev libboost-filesystem-dev libtbb-dev libcli11-dev libfmt-dev libspdlog-dev libtomlplusplus-dev
  nlohmann-json3-dev libgtest-dev libgmock-dev libgloo-dev
)

list_missing_packages() {
  local package
  for package in "${packages[@]}"; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

install_packages() {
  "${as_root[@]}" apt-get update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

prepare_packages() {
  command -v dpkg-query >/dev/null || fail "this is not Debian; install the equivalents of: ${packages[*]}"
  local missing
  missing=$(list_missing_packages | tr '\n' ' ')
  [[ -n $missing ]] || return 0
  as_root=()
  if ((EUID != 0)); then
    as_root=(sudo)
    if ! sudo -n true 2>/dev/null && ! { [[ -t 0 ]] && sudo --validate; }; then
      fail "as root, run: apt-get install --no-install-recommends ${missing% }"
    fi
  fi
  # shellcheck disable=SC2086  # one word a package
  phase packages install_packages $missing
}

has_gpu() {
  [[ -e /dev/nvidia0 ]] || nvidia-smi -L >/dev/null 2>&1
}

# Unpacks the wheels beside the final place and renames, so that an interrupted run leaves nothing that looks finished.
unpack_libtorch() {
  local requirements=$1 stamp=$2 new=$PWD/.deps/python.new platforms=() glibc
  [[ $(uname -m) == x86_64 ]] || {
    echo "the pinned LibTorch is for x86_64; set PGT_TORCH_DIR to one for this machine"
    return 1
  }
  # The wheels of Python 3.11, whatever python3 is: only their C++ parts are used.
  for glibc in {17..28}; do
    platforms+=(--platform "manylinux_2_${glibc}_x86_64")
  done
  rm -rf "$new" .deps/tmp
  mkdir -p .deps/tmp
  TMPDIR=$PWD/.deps/tmp /usr/bin/python3 -m pip install --target "$new" --no-cache-dir --no-compile --no-deps \
    --require-hashes --only-binary=:all: --python-version 3.11 --implementation cp "${platforms[@]}" \
    --platform manylinux2014_x86_64 --disable-pip-version-check --progress-bar off -r "$requirements"
  cp "$requirements" "$new/$stamp"
  rm -rf .deps/python
  mv "$new" .deps/python
  rm -rf .deps/tmp
}

# prepare_libtorch cpu|cuda. A LibTorch with CUDA serves those who ask for one without, too.
prepare_libtorch() {
  if [[ -n ${PGT_TORCH_DIR:-} ]]; then
    [[ -e $PGT_TORCH_DIR/lib/libtorch_cpu.so ]] ||
      fail "PGT_TORCH_DIR is '$PGT_TORCH_DIR', where there is no lib/libtorch_cpu.so"
    return
  fi
  local kind
  for kind in "$1" cuda; do
    cmp -s "tools/lib/libtorch-$kind.txt" ".deps/python/libtorch-$kind.txt" && return
  done
  phase LibTorch unpack_libtorch "tools/lib/libtorch-$1.txt" "libtorch-$1.txt"
}

# prepare cpu|cuda|auto
prepare() {
  local kind=$1
  if [[ $kind == auto ]]; then
    kind=cpu
    has_gpu && kind=cuda
  fi
  prepare_packages
  mkdir -p .deps
  exec 9>.deps/lock
  flock 9
  prepare_libtorch "$kind"
  exec 9>&-
}

# How many compilers fit: one a core, and one for each 1.5 GB of memory that this machine or container has.
count_jobs() {
  local cores limit bytes
  cores=$(nproc)
  bytes=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) * 1024))
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
  [[ $limit == max ]] || ((limit > bytes)) || bytes=$limit
  limit=$((bytes / 1500000000))
  ((limit >= 1)) || limit=1
  echo $((limit < cores ? limit : cores))
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  phase configure cmake --preset "$preset" "-DPGT_TORCH_DIR:PATH=${PGT_TORCH_DIR:-}"
  phase build cmake --build --preset "$preset" --parallel "$(count_jobs)" ${1:+--target "$@"}
}
