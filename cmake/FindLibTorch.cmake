# Finds LibTorch: two libraries and the headers, nothing of CUDA.
#
# find_package(Torch) of a CUDA wheel wants a CUDA toolkit and enables nvcc; the host needs neither. Looks at
# PGT_TORCH_DIR (cache or environment; the folder that holds include/ and lib/), then at .deps/python/torch.
# Defines the target LibTorch::LibTorch and LibTorch_VERSION.

set(PGT_TORCH_DIR "$ENV{PGT_TORCH_DIR}" CACHE PATH "LibTorch: the folder that holds include/ and lib/")
if(NOT "${PGT_TORCH_DIR}" STREQUAL "${LibTorch_SOUGHT}")  # another one than at the last configuration
  foreach(found INCLUDE_DIR API_INCLUDE_DIR CPU_LIBRARY C10_LIBRARY)
    unset(LibTorch_${found} CACHE)
  endforeach()
endif()
set(LibTorch_SOUGHT "${PGT_TORCH_DIR}" CACHE INTERNAL "the PGT_TORCH_DIR of the last configuration")
set(_torch_hints "${PGT_TORCH_DIR}" "${PROJECT_SOURCE_DIR}/.deps/python/torch")

find_path(LibTorch_INCLUDE_DIR torch/headeronly/version.h HINTS ${_torch_hints} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_path(LibTorch_API_INCLUDE_DIR torch/torch.h HINTS ${_torch_hints}
          PATH_SUFFIXES include/torch/csrc/api/include NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${_torch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_torch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)

if(LibTorch_INCLUDE_DIR)
  file(STRINGS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h" _torch_version REGEX "\"[0-9.]+.*\"")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" LibTorch_VERSION "${_torch_version}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR LibTorch_API_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE
    "set PGT_TORCH_DIR to the folder that holds its include/ and lib/, or in the source of pgt-host run tools/quickstart --build-only")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::c10 SHARED IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION "${LibTorch_C10_LIBRARY}")
  add_library(LibTorch::LibTorch SHARED IMPORTED)
  set_target_properties(
    LibTorch::LibTorch
    PROPERTIES IMPORTED_LOCATION "${LibTorch_CPU_LIBRARY}"
               INTERFACE_INCLUDE_DIRECTORIES "${LibTorch_INCLUDE_DIR};${LibTorch_API_INCLUDE_DIR}"
               INTERFACE_LINK_LIBRARIES LibTorch::c10
               # The wheel's libraries find their own dependencies when they are loaded, not when we link.
               INTERFACE_LINK_OPTIONS "LINKER:--allow-shlib-undefined")
endif()
