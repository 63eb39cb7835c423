// `pgt-host features RUN VIDEO... --out DIR`: what the network's head gets to see of videos, as arrays.

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary.hpp"
#include "base/text.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "cli/engine/video_arguments.hpp"
#include "eval/feature_names.hpp"
#include "eval/feature_record.hpp"
#include "session/session.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {
namespace {

namespace fs = std::filesystem;

/// All that the features depend on but the videos.
std::string origin_of(const session::Session& session, const fs::path& checkpoint, bool averaged) {
  nlohmann::ordered_json origin{{"checkpoint", checkpoint.filename().string()},
                                {"checksum", checksum_of_file(checkpoint)},
                                {"average", averaged}};
  for (const auto& [name, text] : session::describe_network(session)) {
    if (name != "batches" && name != "augment" && name != "plugins") origin[name] = text;
  }
  origin["precision"] = session.precision().name();
  origin["whole_picture"] = session.config.eval.crops == config::EvalOptions::whole_picture;
  return origin.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// So that no folder has features of two networks.
void claim(const fs::path& folder, const std::string& origin) {
  make_folder(folder);
  const fs::path file = folder / "features.json";
  if (!fs::exists(file)) return write_file_atomically(file, origin);
  if (read_file(file) == origin) return;
  throw Error(ExitCode::usage,
              folder.string() +
                  " holds features of another network, or of other settings (features.json says which): "
                  "choose another folder for --out");
}

/// What is still to be read: each video once.
struct Work {
  std::vector<sdk::Sample> videos;
  std::vector<eval::FeatureFiles> files;
  std::size_t there = 0;  ///< videos that were read before
};

Work work_of(VideoArguments& named, const fs::path& folder, const eval::FeatureRecord& record) {
  std::vector<eval::FeatureSource> sources;
  for (std::size_t i = 0; i < named.videos.size(); ++i) sources.push_back({named.videos[i].path, named.places[i]});
  const std::vector<eval::FeatureFiles> files = eval::feature_files(sources, folder);
  Work work;
  std::set<fs::path> seen;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!seen.insert(files[i].features).second) continue;
    if (record.has(files[i], named.videos[i].path)) {
      ++work.there;
      continue;
    }
    make_folder(files[i].features.parent_path());
    work.videos.push_back(std::move(named.videos[i]));
    work.files.push_back(files[i]);
  }
  return work;
}

}  // namespace

int run_features(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  if (command.output.empty()) throw Error(ExitCode::usage, "features needs --out DIR, the folder for the arrays");
  const fs::path file = checkpoint_of(command.arguments.at(0), command.checkpoint);
  VideoArguments named = video_arguments(command);
  session::Session session =
      session::open_session(config, registry, session::vocabulary_of(train::load_for_use(file).metadata, file));
  const bool averaged = load_weights(session, file, command);
  claim(command.output, origin_of(session, file, averaged));
  remove_temporaries(command.output, true);
  eval::FeatureRecord record(command.output);
  const Work work = work_of(named, command.output, record);

  const eval::Result result =
      eval::write_features(session.scorer(), work.videos, work.files, record, clip_counter(command, "read"));
  say_missing(result.missing);
  if (!command.quiet) {
    std::printf("%s: features of %zu videos%s\n", printable_name(command.output.string()).c_str(), result.scored.size(),
                work.there == 0 ? "" : (" more; " + std::to_string(work.there) + " were there").c_str());
  }
  return static_cast<int>(named.all_hold_videos && result.missing.empty() ? ExitCode::ok : ExitCode::data);
}

}  // namespace pgt::cli
