/// Version of the SDK's contracts. A plugin loads into every host of the same major version whose minor version is at
/// least the plugin's own.
#pragma once

#define PGT_SDK_VERSION_MAJOR 1
#define PGT_SDK_VERSION_MINOR 0
