/// `check`: whether videos can be opened, spread over a split.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "run/log.hpp"
#include "session/clip_lengths.hpp"
#include "session/session.hpp"
#include "video/index_cache.hpp"

namespace pgt::cli {

/// Videos that cannot be used, each reported once.
class BadVideos {
 public:
  void add(const std::string& id, const std::string& text);
  bool empty() const { return ids_.empty(); }

 private:
  std::set<std::string> ids_;
};

/// Opens videos of the split and chooses a clip of each, as training or evaluation does. Throws Error(data) where none
/// can be used.
std::vector<session::OpenedVideo> check_files(const session::Session& session, sdk::Split split, const char* name,
                                              video::IndexCache& indexes, BadVideos& all_bad,
                                              const run::Display& display);

}  // namespace pgt::cli
