# `cmake --build build/release --target package` makes pgt-host_VERSION_ARCHITECTURE.deb in the build folder.
#
# Its maintainer is whoever builds it: DEBFULLNAME and DEBEMAIL, as for Debian's own tools.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pgt-host)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
                                                WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/package_contents.cmake")
set(CPACK_POST_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/package_without_scripts.cmake")
set(CPACK_PGT_SOURCE_DIR "${PROJECT_SOURCE_DIR}")

set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "progressive training of video models on long videos")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Trains networks on videos that are longer than memory: a video is a chain of
fragments, the network sees one of them at a time, and a small state is carried
from each to the next. Networks, datasets and training schedules are plugins.
.
The package holds the host, its programs and plugins, and what plugins of one's
own are built with. It needs LibTorch ${LibTorch_VERSION}, which Debian does not have: the
wheel torch of PyPI, or the archive of pytorch.org in /opt/libtorch.")
set(maintainer "$ENV{DEBFULLNAME}")
set(address "$ENV{DEBEMAIL}")
if(NOT maintainer)
  set(maintainer "pgt-host packagers")
endif()
if(NOT address)
  set(address "pgt-host@${CPACK_PACKAGE_NAME}.invalid")
endif()
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${maintainer} <${address}>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Debian's libraries, with their versions. Our own and LibTorch are of no package, and so not depended on.
get_filename_component(torch_lib_dir "${LibTorch_CPU_LIBRARY}" DIRECTORY)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_BINARY_DIR}" "${torch_lib_dir}")
# To build what `pgt-host plugin new` makes, to test it, and to install LibTorch.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "cmake, g++, make")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libgtest-dev, python3-pip")
include(CPack)
