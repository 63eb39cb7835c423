#include "eval/features.hpp"

#include <torch/torch.h>

#include <map>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/npy_file.hpp"
#include "config/setting_error.hpp"
#include "eval/feature_record.hpp"
#include "video/index_cache.hpp"
#include "walk/moments.hpp"

namespace pgt::eval {
namespace {

/// A network whose forward gives its features.
class FeatureReader final : public sdk::Backbone {
 public:
  FeatureReader(sdk::Backbone& backbone, sdk::FeatureBackbone& parts) : backbone_(backbone), parts_(parts) {}
  sdk::BackboneInfo info() const override { return backbone_.info(); }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    return parts_.features(fragment, carry);
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override { backbone_.visit_parameters(visitor); }
  void train(bool on) override { backbone_.train(on); }

 private:
  sdk::Backbone& backbone_;
  sdk::FeatureBackbone& parts_;
};

/// The two files of one video while they are written.
class Writing {
 public:
  Writing(const FeatureFiles& files, const sdk::Sample& video, std::int64_t channels)
      : identity_(video::lasting_identity(video.path)),
        features_(files.features, {static_cast<std::size_t>(channels)}),
        times_(files.times, {}) {}

  /// Of the video.
  const std::string& identity() const { return identity_; }

  void append(const at::Tensor& features, double second) {
    features_.append({features.const_data_ptr<float>(), static_cast<std::size_t>(features.numel())});
    times_.append({&second, 1});
  }
  void finish() {
    features_.finish();
    times_.finish();
  }

 private:
  std::string identity_;
  NpyFile<float> features_;
  NpyFile<double> times_;
};

class FeatureWriter final : public ClipScores {
 public:
  FeatureWriter(const std::vector<FeatureFiles>& files, FeatureRecord& record) : files_(files), record_(record) {}

  void begin(const walk::ClipBatch& batch) override {
    batch_ = &batch;
    open_.clear();
  }

  void take(const walk::Step& step, const at::Tensor& features) override {
    const at::Tensor host = features.to(torch::kCPU, torch::kFloat).contiguous();
    for (std::size_t i = 0; i < step.rows.size(); ++i) {
      const at::Tensor of_row = host[static_cast<std::int64_t>(i)];
      const auto parts = walk::moment_parts(*batch_, step.rows[i], step.plan, of_row.size(0));
      Writing& files = files_of(step.rows[i], of_row.size(1));
      for (std::size_t moment = 0; moment < parts.size(); ++moment) {
        if (parts[moment].shown) files.append(of_row[static_cast<std::int64_t>(moment)], parts[moment].second);
      }
    }
  }

  void end(const std::vector<std::size_t>& rows) override {
    for (const std::size_t row : rows) {
      Writing& files = *open_.at(row);
      files.finish();
      const walk::ClipChoice& clip = batch_->clip_of(row);
      record_.add(files_[clip.index], clip.sample.path, files.identity());
    }
    open_.clear();
  }

 private:
  Writing& files_of(std::size_t row, std::int64_t channels) {
    std::unique_ptr<Writing>& files = open_[row];
    const walk::ClipChoice& clip = batch_->clip_of(row);
    if (!files) files = std::make_unique<Writing>(files_[clip.index], clip.sample, channels);
    return *files;
  }

  const std::vector<FeatureFiles>& files_;
  FeatureRecord& record_;
  const walk::ClipBatch* batch_ = nullptr;
  std::map<std::size_t, std::unique_ptr<Writing>> open_;
};

/// One pass, in which a clip's last step repeats. Frames that are spread over the whole video need no more steps.
walk::PlanWalk to_the_end(const walk::PlanWalk& walk, const std::vector<sdk::Pathway>& pathways,
                          config::Sampling sampling) {
  sdk::Plan plan = walk.plan();
  plan.passes = sdk::Passes::one;
  for (sdk::Step& step : plan.steps) {  // nothing is learned
    step.detach = true;
    step.gradient_reach = 0;
    step.optimizer_step = false;
  }
  if (!walk.whole_video() && sampling == config::Sampling::dense) {
    plan.repeat_from = plan.steps.size() - 1;
    plan.clip.frames = 0;
  }
  return {std::move(plan), pathways};
}

}  // namespace

Result write_features(const Scorer& scorer, const std::vector<sdk::Sample>& videos,
                      const std::vector<FeatureFiles>& files, FeatureRecord& record,
                      const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  auto* const parts = sdk::extension_of<sdk::FeatureBackbone>(scorer.backbone);
  if (parts == nullptr) {
    throw config::SettingError("model.use",
                               "this network has no features: it scores boxes, or is not made of features and a head "
                               "(FeatureBackbone in docs/write-a-backbone.md)");
  }
  FeatureReader reader(scorer.backbone, *parts);
  config::EvalOptions options = scorer.options;
  options.views = 1;
  if (options.crops != config::EvalOptions::whole_picture) options.crops = 1;
  const Scorer reading{
      reader,        scorer.model_name, to_the_end(scorer.plan, reader.info().pathways, scorer.data.sampling),
      scorer.data,   options,           scorer.loss,
      scorer.device, scorer.statistics, scorer.precision};
  FeatureWriter writer(files, record);
  return walk_videos(reading, videos, "features", progress, writer);
}

}  // namespace pgt::eval
