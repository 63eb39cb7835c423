// A dataset with one fault, which the option `fault` names; without it, a good one. tests/plugin_tool says which rule
// finds it.

#include <unistd.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <thread>

#include <pgt/sdk/frame_source.hpp>
#include <pgt/sdk/plugin.hpp>

namespace {

namespace sdk = pgt::sdk;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Pictures of one grey, which is the frame's number.
class Greys final : public sdk::FrameReader {
 public:
  explicit Greys(bool counts) : counts_(counts) {}
  void read(std::int64_t frame, std::span<std::uint8_t> rgb) override {
    for (std::uint8_t& value : rgb) value = static_cast<std::uint8_t>(counts_ ? read_ : frame);
    ++read_;
  }

 private:
  bool counts_;
  std::int64_t read_ = 0;
};

class ManyDatasets final : public sdk::Dataset, public sdk::SegmentedDataset, public sdk::FrameSource {
 public:
  struct Options {
    std::string fault;
    sdk::Task task = sdk::Task::multi_label;
    std::string file;
    bool made = false;
    void describe(sdk::Options& o) {
      o("fault", fault).help("what is wrong; empty: nothing");
      o("task", task,
        {{"single_label", sdk::Task::single_label},
         {"multi_label", sdk::Task::multi_label},
         {"boxes", sdk::Task::boxes},
         {"moments", sdk::Task::moments}})
          .help("what its labels are");
      o("file", file).required().path().help("is not read");
      o("made", made).help("its pictures are made");
    }
  };

  ManyDatasets(const Options& options, const sdk::DatasetContext&)
      : fault_(options.fault), made_(options.made), number_(objects++) {
    if (fault_ == "constructor_throws") throw std::runtime_error(options.file + ":3:1: is no label");
    info_.task = options.task;
    info_.classes = {"a", "b", "c"};
    if (is("no_classes")) info_.classes.clear();
    if (is("nameless_class")) info_.classes[1] = "";
    if (is("class_twice")) info_.classes[1] = "a";
    if (is("moments_rate")) info_.moments_per_second = -1;
  }

  sdk::DatasetInfo info() const override {
    sdk::DatasetInfo info = info_;
    if (is("info_changes")) info.warnings.push_back(std::to_string(asked_++));
    return info;
  }

  std::size_t size(sdk::Split split) const override {
    if (is("no_training") && split == sdk::Split::train) return 0;
    if (is("size_changes")) return 2 + asked_++ % 2;
    return split == sdk::Split::test ? 0 : 4;
  }

  sdk::Sample sample(sdk::Split split, std::size_t index) const override {
    if (index >= (split == sdk::Split::test ? 0U : 4U) && !is("any_index"))
      throw std::out_of_range("there is no such sample");
    if (is("sample_throws") && index == 3) throw std::runtime_error("no such row");
    sdk::Sample sample;
    sample.path = (split == sdk::Split::val ? "val/" : "train/") + std::to_string(index) + ".mp4";
    sample.id = sample.path.string();
    sample.start = 1;
    sample.end = 5;
    if (info_.task == sdk::Task::boxes) sample.anchor = 3;
    if (is("no_id")) sample.id = "";
    if (is("id_twice")) sample.id = "always";
    if (is("id_changes")) sample.id += std::to_string(asked_++);
    if (is("id_of_object")) sample.id += std::to_string(number_);
    if (is("id_of_process")) sample.id += std::to_string(getpid());
    if (is("no_path")) sample.path = "";
    if (is("fps")) sample.fps = 0;
    if (is("end_before_start")) sample.end = 0.5;
    if (is("negative_start")) sample.start = -1;
    if (is("anchor")) sample.anchor = infinity;
    if (is("splits")) sample.path = std::to_string(index) + ".mp4";
    if (is("group")) sample.group = "one camera";
    return sample;
  }

  sdk::Target target(sdk::Split, std::size_t index, std::span<const double> times) const override {
    if (is("no_infinity") && times.size() == 2) throw std::runtime_error("asked for too much");
    sdk::Target target;
    if (info_.task == sdk::Task::boxes) return boxes();
    const bool whole = times.size() > 1;
    target.classes = {whole ? 0 : static_cast<std::int64_t>(index % 2)};
    if (info_.task == sdk::Task::single_label) target.classes = {0};
    if (whole && info_.task != sdk::Task::single_label) target.classes = {0, 1};
    if (is("class_range")) target.classes = {3};
    if (is("negative_class")) target.classes = {-1};
    if (is("class_order")) target.classes = {1, 0};
    if (is("class_repeated")) target.classes = {0, 0};
    if (is("two_labels")) target.classes = {0, 1};
    if (is("no_label")) target.classes.clear();
    if (is("not_in_whole") && !whole) target.classes = {2};
    if (is("boxes_too")) target.boxes = boxes().boxes;
    if (is("target_changes")) target.key_frame = std::to_string(asked_++);
    if (is("of_thread")) target.classes = {std::this_thread::get_id() == made_by_ ? 0 : 1};
    if (is("slow")) usleep(30'000);
    return target;
  }

  std::vector<sdk::Segment> segments(sdk::Split, std::size_t) const override {
    if (is("segment_without_length")) return {{1, 1, 0}};
    if (is("segment_class")) return {{1, 2, 3}};
    if (is("segment_order")) return {{2, 3, 0}, {1, 2, 0}};
    return {{1, 2, 0}, {2, 3, 1}};
  }
  sdk::MadeFrames frames(sdk::Split, std::size_t) const override { return {is("no_frames") ? 0 : 9, 25, 4, 3}; }
  std::unique_ptr<sdk::FrameReader> open(sdk::Split, std::size_t) const override {
    return std::make_unique<Greys>(is("counts_frames"));
  }
  const void* extension(std::string_view id) const override {
    if (is("extension")) return this;
    if (made_) return sdk::extension_among<sdk::SegmentedDataset, sdk::FrameSource>(this, id);
    return sdk::extension_among<sdk::SegmentedDataset>(this, id);
  }

 private:
  bool is(const char* fault) const { return fault_ == fault; }
  sdk::Target boxes() const {
    sdk::Target target;
    target.key_frame = is("no_key_frame") ? "" : "video,3";
    target.boxes = {{{0.1F, 0.2F, 0.5F, 0.6F}, {0, 2}}};
    target.truth = target.boxes;
    if (is("box_in_pixels")) target.boxes[0].box = {10, 20, 50, 60};
    if (is("box_without_area")) target.truth[0].box.right = 0.1F;
    if (is("class_beside_boxes")) target.classes = {0};
    return target;
  }

  std::string fault_;
  bool made_;
  sdk::DatasetInfo info_;
  std::thread::id made_by_ = std::this_thread::get_id();
  static inline int objects = 0;
  int number_;
  mutable std::size_t asked_ = 0;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.many_datasets";
  plugin.version = "1.0.0";
  plugin.add_dataset<ManyDatasets>("many", "eight videos, or what is wrong with them");
}
