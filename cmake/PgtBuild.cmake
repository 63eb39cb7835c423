# How every target of this project is compiled.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # The settings with which ccache accepts a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${CCACHE}")
  add_compile_options(-fpch-preprocess)
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(PGT_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(PGT_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(PGT_SANITIZE)
  message(FATAL_ERROR "PGT_SANITIZE is '${PGT_SANITIZE}': choose address or thread")
endif()

# Warnings are errors in our code; the headers of others are SYSTEM.
add_library(pgt_warnings INTERFACE)
# The first two left out are wrong about std::string + in GCC 12 when it optimises, the third where files are compiled
# together.
target_compile_options(pgt_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                                              -Werror -Wno-restrict -Wno-stringop-overflow -Wno-subobject-linkage)
if(PGT_SANITIZE)
  # Wrong about <regex> between the sanitizers' checks.
  target_compile_options(pgt_warnings INTERFACE -Wno-maybe-uninitialized)
endif()

# <torch/torch.h> costs half a minute a file: it is compiled once and reused.
function(pgt_use_torch target)
  target_link_libraries(${target} PRIVATE LibTorch::LibTorch)
  if(NOT TARGET pgt_torch_header)
    file(WRITE "${CMAKE_BINARY_DIR}/pgt_torch_header.cpp" "")
    add_library(pgt_torch_header OBJECT "${CMAKE_BINARY_DIR}/pgt_torch_header.cpp")
    # The warnings too: -Wpedantic takes a predefined macro away, and GCC refuses a header that was built with it.
    target_link_libraries(pgt_torch_header PRIVATE LibTorch::LibTorch pgt_warnings)
    target_precompile_headers(pgt_torch_header PRIVATE <torch/torch.h>)
  endif()
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")  # GCC takes a header that was built with -fPIC with -fPIC only, not with -fPIE
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_precompile_headers(${target} REUSE_FROM pgt_torch_header)
  set_target_properties(${target} PROPERTIES DEFINE_SYMBOL "")
endfunction()

# For a program that does not link with LibTorch, but opens what does.
function(pgt_find_torch_at_run_time target)
  get_filename_component(torch_lib_dir "${LibTorch_CPU_LIBRARY}" DIRECTORY)
  set_target_properties(${target} PROPERTIES BUILD_RPATH "${torch_lib_dir}")
endfunction()

# Everything lies in one folder as it does in the build, and links from bin/ lead there: so programs find the engine and
# the plugins beside themselves, under any prefix, and LibTorch in the folder `torch` there (pgt_link_torch).
function(pgt_install target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PLUGIN" "" "")
  include(GNUInstallDirs)
  set(folder "${CMAKE_INSTALL_LIBDIR}/pgt-host")
  set(torch "$ORIGIN/torch/lib")
  if(arg_PLUGIN)
    string(APPEND folder "/plugins")
    set(torch "$ORIGIN/../torch/lib")
  endif()
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN;${torch}")
  install(TARGETS ${target} RUNTIME DESTINATION "${folder}" COMPONENT host LIBRARY DESTINATION "${folder}" COMPONENT host)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    install(CODE "
      file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
      file(CREATE_LINK \"../${folder}/${target}\"
                       \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/${target}\" SYMBOLIC)"
            COMPONENT host)
    set_property(GLOBAL APPEND PROPERTY pgt_programs ${target})
  endif()
endfunction()

# The link LIBDIR/pgt-host/torch to the LibTorch of this build: what is installed and the SDK of the build look there.
function(pgt_link_torch)
  include(GNUInstallDirs)
  get_filename_component(torch_dir "${LibTorch_INCLUDE_DIR}" DIRECTORY)
  set(folder "${CMAKE_INSTALL_LIBDIR}/pgt-host")
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/${folder}")
  file(CREATE_LINK "${torch_dir}" "${CMAKE_BINARY_DIR}/${folder}/torch" SYMBOLIC)
  file(CREATE_LINK "${torch_dir}" "${CMAKE_BINARY_DIR}/torch" SYMBOLIC)  # beside the host of the build
  foreach(component IN ITEMS host sdk)
    install(CODE "
      file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${folder}\")
      file(CREATE_LINK \"${torch_dir}\" \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${folder}/torch\" SYMBOLIC)"
            COMPONENT ${component})
  endforeach()
endfunction()
