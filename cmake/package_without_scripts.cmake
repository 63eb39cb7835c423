# CPack adds scripts that call ldconfig wherever a library lies below /usr/lib. Ours are for our own programs, and a package
# with scripts is not gone when it is removed. CPack runs this after it has packed.
foreach(package IN LISTS CPACK_PACKAGE_FILES)
  set(unpacked "${package}.unpacked")
  file(REMOVE_RECURSE "${unpacked}")
  execute_process(COMMAND dpkg-deb --raw-extract "${package}" "${unpacked}" COMMAND_ERROR_IS_FATAL ANY)
  file(REMOVE "${unpacked}/DEBIAN/postinst" "${unpacked}/DEBIAN/postrm")
  execute_process(COMMAND dpkg-deb --root-owner-group --build "${unpacked}" "${package}" COMMAND_ERROR_IS_FATAL ANY
                  OUTPUT_QUIET)
  file(REMOVE_RECURSE "${unpacked}")
endforeach()
