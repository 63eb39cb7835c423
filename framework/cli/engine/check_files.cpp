#include "cli/engine/check_files.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "run/terminal_bar.hpp"
#include "walk/clip_batch.hpp"

namespace pgt::cli {
namespace {

constexpr std::size_t probed_files = 50;  // per split: enough to find what is wrong with a folder, quick in any

walk::ClipChoice clip_of(const session::Session& session, sdk::Split split, std::size_t index) {
  if (split == sdk::Split::train) {
    const auto lanes = static_cast<std::size_t>(session.config.data.lanes);
    const walk::Turn turn[] = {{index * lanes}};
    const auto seed = static_cast<std::uint64_t>(session.config.train.seed);
    return walk::training_clips(*session.dataset, turn, nullptr, {lanes, seed, 0}).front();
  }
  walk::ClipChoice clip;
  clip.sample = session.dataset->sample(split, index);
  clip.maker = walk::maker_of(*session.dataset, split);
  clip.index = index;
  clip.draw = false;
  clip.views = session.config.eval.views;
  return clip;
}

}  // namespace

void BadVideos::add(const std::string& id, const std::string& text) {
  if (ids_.insert(id).second) std::printf("  bad    %s\n", printable_name(text).c_str());
}

std::vector<session::OpenedVideo> check_files(const session::Session& session, sdk::Split split, const char* name,
                                              video::IndexCache& indexes, BadVideos& all_bad,
                                              const run::Display& display) {
  const config::DataOptions& data = session.config.data;
  const walk::Planner planner = session.planner();
  const walk::PlanWalk plan = split == sdk::Split::train ? planner.training(0, 0) : planner.evaluation();
  const std::size_t videos = session.dataset->size(split);
  const std::size_t probed = std::min(videos, probed_files);
  std::vector<session::OpenedVideo> opened;
  std::vector<std::pair<std::string, std::string>> bad;
  double seconds = 0;
  {
    run::TerminalBar bar(std::string("opening ") + name, "files", static_cast<std::int64_t>(probed), display);
    for (std::size_t i = 0; i < probed; ++i) {
      bar.show(static_cast<std::int64_t>(i));
      const walk::ClipChoice clip = clip_of(session, split, i * videos / probed);
      try {
        const auto index = walk::index_of(clip, indexes, data);
        opened.push_back({index, walk::frames_of(clip, plan, *index, data)});
        seconds += index->duration();
      } catch (const video::VideoError& error) {
        bad.emplace_back(clip.sample.id, error.what());
      }
    }
  }
  for (const auto& [id, text] : bad) all_bad.add(id, text);
  std::printf("%-7s%zu videos; %zu opened, %zu bad", name, videos, opened.size(), bad.size());
  if (!opened.empty()) std::printf(", %.1f s each on average", seconds / static_cast<double>(opened.size()));
  std::printf("\n");
  if (!bad.empty() && bad.size() == videos) {
    throw Error(ExitCode::data,
                std::string("none of the ") + name + " videos can be used; the reasons are named above");
  }
  return opened;
}

}  // namespace pgt::cli
