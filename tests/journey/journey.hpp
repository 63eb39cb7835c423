/// What the tests of whole journeys share: small videos, a run file, and the host.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/support.hpp"

namespace pgt::journey {

namespace fs = std::filesystem;
using plugin::HostRun;
using plugin::text_of;

/// Where the host trains: PGT_TEST_DEVICE, or else "cpu".
std::string device();

/// The test's folder holds `run.toml`, which trains a tiny network with PGT on `videos/` in about a second: 24 videos
/// of 36 frames in six classes, 18 of them to train and 6 to validate.
class Journey : public plugin::PluginTest {
 protected:
  Journey();

  /// Adds more such videos to a folder: `files` of `frames` frames, another seed for others.
  void make_videos(const std::string& folder, int files, int frames, int seed) const;

  /// The command that trains `run.toml` into `<root>/run-001`; each setting is a KEY=VALUE.
  std::vector<std::string> training(const std::string& root, const std::vector<std::string>& settings = {}) const;
  /// The same, done.
  HostRun train(const std::string& root, const std::vector<std::string>& settings = {}) const;
  fs::path run_in(const std::string& root) const { return folder_ / root / "run-001"; }
};

/// The lines of a text.
std::vector<std::string> lines_of(const std::string& text);

/// The value of a key in RUN/STATUS.json, as text.
std::string status_of(const fs::path& run, const std::string& key);

/// The bytes of each tensor of the run's last checkpoint, by name.
std::map<std::string, std::string> last_tensors(const fs::path& run);

/// The run's weights and its metrics, byte for byte.
void expect_same_end(const fs::path& run, const fs::path& other);

}  // namespace pgt::journey
