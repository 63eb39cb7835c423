/// @name@: videos in folders, whose names are the classes. Every fifth video of a class is for validation; none is
/// for a test.
///
/// It says which videos there are and what is in them; opening, decoding and cutting them is the host's business.

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include <pgt/sdk/plugin.hpp>
#include <pgt/sdk/video_files.hpp>

namespace {

namespace fs = std::filesystem;
namespace sdk = pgt::sdk;

class @Class@ final : public sdk::Dataset {
 public:
  /// What a run file can say in [dataset].
  struct Options {
    std::string root;
    void describe(sdk::Options& o) { o("root", root).path().required().help("folder of the videos"); }
  };

  @Class@(const Options& options, const sdk::DatasetContext&) {
    std::map<std::string, std::set<fs::path>> found;  // sorted, so that every machine sees the same order
    std::size_t others = 0;
    sdk::each_video(
        options.root, [&](const fs::path& video) { found[video.parent_path().filename()].insert(video); },
        [&](const fs::path&) { ++others; });
    if (others > 0) warnings_.push_back(std::to_string(others) + " files in " + options.root + " are not videos");
    if (found.empty()) throw std::runtime_error(options.root + ": holds no videos");
    for (const auto& [name, files] : found) {
      std::size_t i = 0;
      for (const fs::path& file : files) {
        const std::string id = fs::relative(file, options.root).string();
        (i++ % 5 == 4 ? val_ : train_).push_back({id, file, std::ssize(classes_)});
      }
      classes_.push_back(name);
    }
  }

  sdk::DatasetInfo info() const override { return {classes_, sdk::Task::single_label, warnings_}; }

  std::size_t size(sdk::Split split) const override { return of(split).size(); }

  sdk::Sample sample(sdk::Split split, std::size_t index) const override {
    sdk::Sample sample;
    sample.id = of(split).at(index).id;
    sample.path = of(split).at(index).path;
    return sample;
  }

  /// The label is that of the whole video, whatever part of it is asked for.
  sdk::Target target(sdk::Split split, std::size_t index, std::span<const double>) const override {
    return {{of(split).at(index).label}};
  }

 private:
  struct Video {
    std::string id;
    fs::path path;
    std::int64_t label;
  };

  const std::vector<Video>& of(sdk::Split split) const {
    if (split == sdk::Split::train) return train_;
    return split == sdk::Split::val ? val_ : test_;
  }

  std::vector<Video> train_, val_, test_;
  std::vector<std::string> classes_, warnings_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "@id@";
  plugin.version = "0.1.0";
  plugin.add_dataset<@Class@>("@name@", "videos in folders, whose names are the classes");
}
