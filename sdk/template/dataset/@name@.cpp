/// @name@: videos in folders, whose names are the classes. Every fifth video of a class is for validation.
///
/// It says which videos there are and what is in them; opening, decoding and cutting them is the host's business.

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include <pgt/sdk/plugin.hpp>

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
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(options.root)) {
      if (entry.path().extension() == ".mp4") found[entry.path().parent_path().filename()].insert(entry.path());
    }
    if (found.empty()) throw std::runtime_error("no .mp4 file lies in " + options.root);
    for (const auto& [name, files] : found) {
      std::size_t i = 0;
      for (const fs::path& file : files) {
        const std::string id = fs::relative(file, options.root).string();
        videos_[i++ % 5 == 4 ? 1 : 0].push_back({id, file, std::ssize(classes_)});
      }
      classes_.push_back(name);
    }
  }

  sdk::DatasetInfo info() const override { return {classes_, sdk::Task::single_label, {}}; }

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

  const std::vector<Video>& of(sdk::Split split) const { return videos_[split == sdk::Split::train ? 0 : 1]; }

  std::vector<Video> videos_[2];
  std::vector<std::string> classes_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "@id@";
  plugin.version = "0.1.0";
  plugin.add_dataset<@Class@>("@name@", "videos in folders, whose names are the classes");
}
