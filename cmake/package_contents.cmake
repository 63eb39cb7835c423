# What the Debian package has and an installation has not, and the other way round. CPack runs it before it packs.
set(root "${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}")
file(REMOVE "${root}/lib/pgt-host/torch")  # a link into the folders of whoever builds
configure_file("${CPACK_PGT_SOURCE_DIR}/cmake/lintian-overrides" "${root}/share/lintian/overrides/pgt-host" COPYONLY)

set(documents "${root}/share/doc/pgt-host")
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${documents}/changelog.Debian"
     "pgt-host (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
     "  * Built from the source of version ${CPACK_PACKAGE_VERSION}; changelog.gz says what has changed.\n\n"
     " -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}\n")
configure_file("${CPACK_PGT_SOURCE_DIR}/CHANGELOG.md" "${documents}/changelog" COPYONLY)
execute_process(COMMAND gzip -9 --no-name "${documents}/changelog" "${documents}/changelog.Debian"
                COMMAND_ERROR_IS_FATAL ANY)
string(TIMESTAMP year "%Y" UTC)
file(WRITE "${documents}/copyright"
     "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
     "Upstream-Name: pgt-host\n\n"
     "Files: *\n"
     "Copyright: ${year}, the authors of pgt-host\n"
     "License: Apache-2.0\n"
     " On Debian systems the text of the license is /usr/share/common-licenses/Apache-2.0.\n")
