# Builds the examples NAMES against the SDK (installed to a fresh prefix, or as it lies in the build), and has the host
# list them and check them, for authors copy what they do:
# cmake -D PACKAGE=installed|build_tree -D NAMES=... -D BUILD_DIR=... -P build_examples.cmake

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
set(prefix "${BUILD_DIR}")
if(PACKAGE STREQUAL "installed")
  set(prefix "${SCRATCH}/prefix")
  run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}" --component sdk)
endif()

set(plugins "${SCRATCH}/plugins")
file(MAKE_DIRECTORY "${plugins}")
string(REPLACE "," ";" names "${NAMES}")
foreach(name IN LISTS names)
  # A copy, so that nothing of the source tree around it can be found by accident.
  file(COPY "${EXAMPLES}/${name}" DESTINATION "${SCRATCH}/examples")
  run("${CMAKE_COMMAND}" -G Ninja -S "${SCRATCH}/examples/${name}" -B "${SCRATCH}/build/${name}"
      "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
      "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}")
  run("${CMAKE_COMMAND}" --build "${SCRATCH}/build/${name}")
  file(COPY "${SCRATCH}/build/${name}/${name}.so" DESTINATION "${plugins}")
endforeach()

set(ENV{PGT_CACHE_DIR} "${SCRATCH}/cache")
set(ENV{PGT_PLUGINS} "")
execute_process(COMMAND "${HOST}" --plugins "${plugins}" plugins --json OUTPUT_VARIABLE listed RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "the host loads none of the examples:\n${listed}")
endif()
string(JSON refused LENGTH "${listed}" refused)
if(NOT refused EQUAL 0)
  message(FATAL_ERROR "the host leaves an example out:\n${listed}")
endif()
foreach(name IN LISTS names)
  string(JSON loaded LENGTH "${listed}" plugins)
  set(found FALSE)
  while(loaded GREATER 0 AND NOT found)
    math(EXPR loaded "${loaded} - 1")
    string(JSON its_name GET "${listed}" plugins ${loaded} provides 0 name)
    if(its_name STREQUAL name)
      set(found TRUE)
    endif()
  endwhile()
  if(NOT found)
    message(FATAL_ERROR "no ${name} in\n${listed}")
  endif()
endforeach()

# A list with a video to validate on, which is every fifth one.
set(list "${SCRATCH}/videos.txt")
file(WRITE "${list}" "a.mp4 run\nb.mp4 jump\nc.mp4 run\nd.mp4 jump\ne.mp4 run\n")
set(options_of_minimal_dataset --option "file=${list}")
foreach(name IN LISTS names)
  run("${HOST}" plugin check "${plugins}/${name}.so" ${options_of_${name}})
endforeach()

# What is wrong with a list is said with its lines.
file(WRITE "${list}" "a.mp4 run\nb.mp4\nc.mp4 run\nd e.mp4 jump\n")
execute_process(COMMAND "${HOST}" plugin check "${plugins}/minimal_dataset.so" --option "file=${list}"
                RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
foreach(line IN ITEMS 2 4)
  if(NOT failed OR NOT output MATCHES "videos.txt:${line}: is not `path label`")
    message(FATAL_ERROR "expected an error in line ${line} of ${list}, got:\n${output}")
  endif()
endforeach()
