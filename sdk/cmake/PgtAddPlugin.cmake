# pgt_add_plugin(NAME [BACKBONE] SOURCES FILE...)
#
# Builds the plugin library NAME.so, which exports its entry and nothing else. BACKBONE: it provides a backbone, so it
# compiles against LibTorch.

set(PGT_PLUGIN_VERSION_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/plugin.map")

function(pgt_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "BACKBONE" "" "SOURCES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "pgt_add_plugin(NAME [BACKBONE] SOURCES FILE...): got '${ARGV}'")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE pgt::sdk)
  if(arg_BACKBONE)
    target_link_libraries(${name} PRIVATE LibTorch::LibTorch)
  endif()
  set_target_properties(
    ${name}
    PROPERTIES PREFIX ""
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               LINK_DEPENDS "${PGT_PLUGIN_VERSION_SCRIPT}")
  target_link_options(${name} PRIVATE "LINKER:-z,nodelete" "LINKER:--version-script=${PGT_PLUGIN_VERSION_SCRIPT}")
  if(NOT PGT_SANITIZE)  # the sanitizers' own symbols are undefined in a library by design
    target_link_options(${name} PRIVATE "LINKER:-z,defs")
  endif()
endfunction()
