// `pgt-host preview RUN.toml`: the first batch of training as the network gets it, on one page. What is drawn at
// random is drawn as the first epoch draws it.

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number.hpp"
#include "base/svg.hpp"
#include "base/text.hpp"
#include "base/warning.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "session/session.hpp"
#include "train/mix.hpp"
#include "video/png.hpp"
#include "walk/steps.hpp"

namespace pgt::cli {
namespace {

constexpr std::size_t most_videos = 16;
constexpr std::int64_t most_steps = 8, most_frames = 8;  // of a step, spread evenly
constexpr double side = 72;                              // height of a picture on the page, in pixels
constexpr std::int64_t stored_side = 96;                 // and in the file, so that it stays small
constexpr double margin = 24, gap = 14, heading = 44, title = 20, caption = 20;
constexpr std::size_t most_classes = 3;

/// The pictures of a row of the fastest pathway, side by side: (3, H, T × W), 0 to 1.
at::Tensor strip(const sdk::Fragment& fragment, std::int64_t row, const config::DataOptions& data) {
  const auto fastest = std::max_element(fragment.frames.begin(), fragment.frames.end(),
                                        [](const auto& a, const auto& b) { return a.size(2) < b.size(2); });
  at::Tensor frames = fastest->select(0, row).transpose(0, 1);  // (T, 3, H, W)
  const std::int64_t count = std::min(frames.size(0), most_frames);
  std::vector<std::int64_t> shown;
  for (std::int64_t i = 0; i < count; ++i) shown.push_back(i * frames.size(0) / count);
  frames = frames.index_select(0, torch::tensor(shown, frames.device()));
  const auto per_colour = [&](const std::vector<double>& values) {
    return torch::tensor(values, torch::TensorOptions(torch::kFloat32).device(frames.device())).view({3, 1, 1});
  };
  if (data.channel_order == config::ChannelOrder::bgr) frames = frames.flip(1);
  frames = frames * per_colour(data.std) + per_colour(data.mean);
  if (frames.size(2) > stored_side) {
    frames = torch::adaptive_avg_pool2d(frames, {stored_side, stored_side * frames.size(3) / frames.size(2)});
  }
  return frames.permute({1, 2, 0, 3}).flatten(2).cpu();
}

std::string png_of(const at::Tensor& picture) {
  const at::Tensor bytes =
      (picture.clamp(0, 1) * 255).round().to(torch::kUInt8).permute({1, 2, 0}).contiguous();  // (H, W, 3)
  return video::png({bytes.data_ptr<std::uint8_t>(), static_cast<std::size_t>(bytes.numel())},
                    static_cast<int>(bytes.size(1)), static_cast<int>(bytes.size(0)));
}

std::string class_names(const std::vector<std::int64_t>& classes, const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (const std::int64_t index : classes) shown.push_back(names[static_cast<std::size_t>(index)]);
  if (shown.size() <= most_classes) return join(shown, ", ");
  const std::size_t more = shown.size() - most_classes;
  shown.resize(most_classes);
  return join(shown, ", ") + " and " + std::to_string(more) + " more";
}

std::string step_caption(const walk::ClipBatch& batch, std::size_t row, const walk::Step& step,
                         const std::string& classes) {
  std::string text = "step " + std::to_string(step.index + 1);
  const std::vector<std::vector<double>> stretches = batch.window_seconds(row, step.plan);
  if (!stretches.empty()) {
    text += " · " + fixed(stretches.front().front(), 2) + "–" + fixed(stretches.back().back(), 2) + " s";
  }
  return classes.empty() ? text : text + " · " + classes;
}

class Sheet {
 public:
  Sheet(const session::Session& session, const walk::ClipBatch& batch) : session_(session), batch_(batch) {}

  void add(const walk::Step& step) {
    double widest = 0;
    for (std::size_t i = 0; i < step.rows.size() && step.rows[i] < most_videos; ++i) {
      const at::Tensor pictures = strip(step.fragment, static_cast<std::int64_t>(i), session_.config.data);
      const double width = side * static_cast<double>(pictures.size(2)) / static_cast<double>(pictures.size(1));
      const double y = top(step.rows[i]);
      content_ += svg_image(right_, y, width, side, png_of(pictures));
      content_ += svg_rect(right_, y, width, side, "class=\"c1\" fill=\"none\" stroke-width=\"2\"");
      content_ += svg_text(
          right_, y + side + 14, "class=\"quiet\"",
          step_caption(batch_, step.rows[i], step, class_names(step.targets.rows[i].classes, session_.classes)));
      widest = std::max(widest, width);
    }
    right_ += widest + gap;
  }

  std::string svg() const {
    std::string titles;
    const std::size_t rows = std::min(batch_.rows.size(), most_videos);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::string mirrored = batch_.requests[row].transform.mirror ? " · mirrored" : "";
      titles += svg_text(margin, top(row) - 6, "class=\"title\"", batch_.clips[batch_.rows[row]].sample.id + mirrored);
    }
    return svg_document(right_ - gap + margin, top(rows), "What the network sees: the first batch of training",
                        titles + content_);
  }

 private:
  static double top(std::size_t row) { return heading + title + static_cast<double>(row) * (title + side + caption); }

  const session::Session& session_;
  const walk::ClipBatch& batch_;
  double right_ = margin;
  std::string content_;
};

}  // namespace

int run_preview(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  const std::filesystem::path file = command.output.empty() ? "preview.svg" : command.output;
  check_output(file);
  check_output_is_not(file, config.file);
  const session::Session session = session::open_session(config, registry);
  session::check_trainable(session);
  if (!session.mirroring.empty()) print_warning(session.mirroring);
  const train::Parts parts = session.parts();
  const walk::Planner planner = parts.planner();
  video::IndexCache indexes;
  walk::EpochBatches batches(
      parts.training_data(), "preview", [&](std::int64_t i) { return planner.training(0, i); }, {}, indexes);
  const auto batch = batches.next();
  const sdk::BackboneInfo info = session.backbone->info();
  walk::DecodedClips supply(*batch, config.data, session.device,
                            {session.dataset.get(), sdk::Split::train, info.output});
  walk::Steps walk(*batch, info.sites, supply);
  const train::Mix mix = parts.mix(*batch, 0, 0);
  Sheet sheet(session, *batch);
  std::int64_t steps = 0;
  for (; steps < most_steps; ++steps) {
    std::optional<walk::Step> step = walk.next();
    for (const video::FailedRow& failed : walk.take_failed()) {
      std::fprintf(stderr, "could not be read: %s: %s\n",
                   printable_name(batch->clip_of(failed.row).sample.path.string()).c_str(),
                   printable_name(failed.reason).c_str());
    }
    if (!step) break;
    mix.blend(step->fragment, step->rows);
    sheet.add(*step);
  }
  for (const auto& [clip, bad] : batch->unreadable) {
    std::fprintf(stderr, "could not be read: %s: %s\n", printable_name(bad.path).c_str(),
                 printable_name(bad.reason).c_str());
  }
  if (steps == 0) throw Error(ExitCode::data, "none of the first training videos can be read");
  write_output(file, sheet.svg());
  std::printf("%s: steps 1 to %lld of the first batch, as the network gets them; videos: %zu\n",
              printable_name(file.string()).c_str(), static_cast<long long>(steps),
              std::min(batch->rows.size(), most_videos));
  return static_cast<int>(ExitCode::ok);
}

}  // namespace pgt::cli
