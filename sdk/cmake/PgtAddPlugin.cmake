# pgt_add_plugin(NAME [BACKBONE] SOURCES FILE...)
#
# Builds the plugin library NAME.so, which exports its entry and nothing else. BACKBONE: it provides a backbone, so it
# compiles against LibTorch, and finds it again when it is loaded.

function(pgt_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "BACKBONE" "" "SOURCES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "pgt_add_plugin(NAME [BACKBONE] SOURCES FILE...): got '${ARGV}'")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE pgt::sdk)
  if(arg_BACKBONE)
    if(NOT TARGET LibTorch::LibTorch)
      # As the SDK had it: tensors of another version must not cross.
      if(NOT PGT_TORCH_DIR AND NOT DEFINED ENV{PGT_TORCH_DIR})
        set(PGT_TORCH_DIR "${PGT_SDK_TORCH_DIR}")
      endif()
      list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_FUNCTION_LIST_DIR}")
      find_package(LibTorch ${PGT_SDK_TORCH_VERSION} EXACT REQUIRED MODULE)
    endif()
    target_link_libraries(${name} PRIVATE LibTorch::LibTorch)
  endif()
  set(version_script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map")
  set_target_properties(
    ${name}
    PROPERTIES PREFIX ""
               CXX_EXTENSIONS OFF
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               INSTALL_RPATH_USE_LINK_PATH ON
               LINK_DEPENDS "${version_script}")
  target_link_options(${name} PRIVATE "LINKER:-z,nodelete" "LINKER:--version-script=${version_script}")
  get_property(options DIRECTORY PROPERTY COMPILE_OPTIONS)
  if(NOT "${CMAKE_CXX_FLAGS} ${options}" MATCHES "-fsanitize")
    # The sanitizers' own symbols are undefined in a library by design.
    target_link_options(${name} PRIVATE "LINKER:-z,defs")
  endif()
endfunction()
