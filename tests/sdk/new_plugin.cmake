# From an installed host in an empty folder: a plugin of a KIND is made, built, checked, tested and trained.
# cmake -D KIND=... -D BUILD_DIR=... -D SCRATCH=... -P new_plugin.cmake

function(run)
  execute_process(COMMAND ${ARGV} WORKING_DIRECTORY "${folder}" RESULT_VARIABLE failed OUTPUT_VARIABLE output
                  ERROR_VARIABLE output)
  if(failed)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
set(prefix "${SCRATCH}/prefix")
set(folder "${SCRATCH}")
file(MAKE_DIRECTORY "${SCRATCH}")
foreach(component sdk host)
  run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}" --component ${component})
endforeach()
set(host "${prefix}/bin/pgt-host")
set(ENV{PGT_CACHE_DIR} "${SCRATCH}/cache")
set(ENV{PGT_PLUGINS} "")

run("${host}" plugin new ${KIND} my_${KIND})
set(folder "${SCRATCH}/my_${KIND}")
run("${CMAKE_COMMAND}" --preset release -G Ninja "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}")
run("${CMAKE_COMMAND}" --build --preset release)
run("${CMAKE_CTEST_COMMAND}" --preset release)
run("${host}" --plugins build run.toml)
file(READ "${folder}/runs/run-001/STATUS.json" status)
string(JSON state GET "${status}" status)
if(NOT state STREQUAL "finished")
  message(FATAL_ERROR "the run is ${state}")
endif()
