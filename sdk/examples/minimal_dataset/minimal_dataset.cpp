/// The smallest dataset: a text file with a line `path label` for each video. Every fifth video is for validation;
/// none is for a test.
///
/// It says which videos there are and what is in them; opening, decoding and cutting them is the host's business.

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <pgt/sdk/plugin.hpp>

namespace {

using pgt::sdk::Split;

class TextFile final : public pgt::sdk::Dataset {
 public:
  struct Options {
    std::string file;
    void describe(pgt::sdk::Options& o) { o("file", file).path().required().help("lines of `path label`"); }
  };

  TextFile(const Options& options, const pgt::sdk::DatasetContext&) {
    const std::filesystem::path list = options.file;
    std::ifstream in(list);
    if (!in) throw std::runtime_error(options.file + ": cannot be read");
    std::string line, mistakes;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      std::istringstream words(line);
      std::string path, label, more;
      if (!(words >> path >> label) || words >> more) {
        if (!mistakes.empty()) mistakes += '\n';
        mistakes += options.file + ":" + std::to_string(number) + ": is not `path label`";
        continue;
      }
      Videos& videos = number % 5 == 0 ? val_ : train_;
      videos.push_back({path, list.parent_path() / path, label});
      if (std::find(classes_.begin(), classes_.end(), label) == classes_.end()) classes_.push_back(label);
    }
    if (!mistakes.empty()) throw std::runtime_error(mistakes);
    std::sort(classes_.begin(), classes_.end());
  }

  pgt::sdk::DatasetInfo info() const override { return {classes_, pgt::sdk::Task::single_label, {}}; }
  std::size_t size(Split split) const override { return of(split).size(); }
  pgt::sdk::Sample sample(Split split, std::size_t index) const override {
    pgt::sdk::Sample sample;
    sample.id = of(split).at(index).id;
    sample.path = of(split).at(index).path;
    return sample;
  }
  /// The label is that of the whole video, whatever part of it is asked for.
  pgt::sdk::Target target(Split split, std::size_t index, std::span<const double>) const override {
    const auto place = std::find(classes_.begin(), classes_.end(), of(split).at(index).label);
    return {{place - classes_.begin()}};
  }

 private:
  struct Video {
    std::string id;
    std::filesystem::path path;
    std::string label;
  };

  using Videos = std::vector<Video>;

  const Videos& of(Split split) const { return split == Split::train ? train_ : split == Split::val ? val_ : test_; }

  Videos train_, val_, test_;
  std::vector<std::string> classes_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.example.minimal_dataset";
  plugin.version = "1.0.0";
  plugin.add_dataset<TextFile>("minimal_dataset", "a text file of paths and labels");
}
