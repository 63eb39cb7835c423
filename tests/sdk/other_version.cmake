# A project that asks for another version of the SDK is told so: cmake -D BUILD_DIR=... -P other_version.cmake
file(REMOVE_RECURSE "${SCRATCH}")
file(WRITE "${SCRATCH}/CMakeLists.txt"
     "cmake_minimum_required(VERSION 3.25)\nproject(other LANGUAGES CXX)\nfind_package(pgt-sdk 1.0 CONFIG REQUIRED)\n")
execute_process(COMMAND "${CMAKE_COMMAND}" -G Ninja -S "${SCRATCH}" -B "${SCRATCH}/build"
                        "-DCMAKE_PREFIX_PATH=${BUILD_DIR}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
                RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT failed OR NOT output MATCHES "requested version \"1.0\"" OR NOT output MATCHES "version: 1.2")
  message(FATAL_ERROR "expected a message that 1.0 is asked for and 1.2 is there, got:\n${output}")
endif()
