# Installs host and SDK where the pages say, SCRATCH being home, and does what PAGE says: page.py.
# cmake -D PAGE=... -D BUILD_DIR=... -D SCRATCH=... -P page.cmake

file(REMOVE_RECURSE "${SCRATCH}")
foreach(component sdk host)
  execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${SCRATCH}/.local" --component ${component}
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endforeach()
set(ENV{CXX} "${COMPILER}")
set(ENV{CXXFLAGS} "${FLAGS}")
set(ENV{CMAKE_CXX_COMPILER_LAUNCHER} "${LAUNCHER}")
execute_process(COMMAND "${PYTHON}" -B "${CMAKE_CURRENT_LIST_DIR}/page.py" "${PAGE}" "${SCRATCH}" "${MADE}"
                COMMAND_ERROR_IS_FATAL ANY)
