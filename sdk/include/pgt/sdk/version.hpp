/// Version of the SDK's contracts. Until pgt-host 1.0 a host takes plugins of its own version only, major and minor:
/// every change of a public header raises the minor version (tests/style/sdk_version.py checks this).
#pragma once

#define PGT_SDK_VERSION_MAJOR 1
#define PGT_SDK_VERSION_MINOR 2
