#include "cli/engine/overlay.hpp"

#include <cstdio>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "eval/overlay.hpp"
#include "run/terminal_bar.hpp"
#include "video/film_writer.hpp"
#include "video/index_cache.hpp"
#include "video/reader.hpp"

namespace pgt::cli {
namespace {

/// Where a link leads to: what is at its end is replaced, not the link.
std::filesystem::path end_of_links(const std::filesystem::path& file) {
  return std::filesystem::is_symlink(file) ? std::filesystem::weakly_canonical(file) : file;
}

/// How wide a shown pixel is for its height.
double aspect_of(const video::VideoIndex& index) {
  if (index.aspect_num <= 0 || index.aspect_den <= 0) return 1;
  const double aspect = static_cast<double>(index.aspect_num) / index.aspect_den;
  return index.rotation % 180 == 0 ? aspect : 1 / aspect;
}

void say_undrawable(const std::vector<std::string>& classes) {
  const std::string missing = video::undrawable(join(classes, ""));
  if (missing.empty()) return;
  std::fprintf(stderr, "--overlay can draw ASCII only; these characters of class names are drawn as boxes: %s\n",
               printable_name(missing).c_str());
}

}  // namespace

void check_overlay(const Command& command, const std::vector<sdk::Sample>& videos) {
  if (command.overlay.empty()) return;
  const std::string option = "--overlay " + command.overlay.string();
  if (videos.size() != 1) {
    throw Error(ExitCode::usage, option + " takes one video, but " + std::to_string(videos.size()) + " are named");
  }
  std::error_code unknown;
  const auto there = std::filesystem::status(command.overlay, unknown).type();
  if (there != std::filesystem::file_type::not_found && there != std::filesystem::file_type::regular) {
    throw Error(ExitCode::usage, option + " is not a regular file");
  }
  check_output(command.overlay);
  check_output_is_not(command.overlay, videos.front().path);
}

void write_overlay(const Command& command, const eval::Evaluation& evaluation, const config::DataOptions& data,
                   const std::function<bool()>& stop) {
  if (command.overlay.empty() || evaluation.tracks.empty()) return;
  say_undrawable(evaluation.classes);
  const eval::MomentEvaluation moments = evaluation.moment_evaluation();
  const sdk::Sample& video = evaluation.videos.front();
  const auto index = video::IndexCache().get(video.path, video.fps, {}, {data.max_pixels, data.max_frames});
  video::Reader reader(index);
  const eval::Overlay overlay(moments, evaluation.tracks.front(), index->width, index->height, aspect_of(*index));
  video::FilmWriter film(end_of_links(command.overlay), overlay.width(), overlay.height(), *index);
  if (!film.silence().empty()) {
    std::fprintf(stderr, "%s has no sound: %s\n", printable_name(command.overlay.string()).c_str(),
                 film.silence().c_str());
  }
  const int width = overlay.width(), height = overlay.picture_height();
  const video::Transform whole{width, height, 0, 0, width, height};
  video::Canvas canvas(overlay.width(), overlay.height());
  run::TerminalBar bar("drawing", "frames", index->frames(), {command.quiet, command.progress, command.color});
  for (std::int64_t frame = 0; frame < index->frames(); ++frame) {
    if (stop()) {
      std::fprintf(stderr, "stopped: %s is not written\n", printable_name(command.overlay.string()).c_str());
      return;
    }
    bar.show(frame);
    reader.read({&frame, 1}, whole, canvas.rgb().data());
    overlay.draw(index->seconds(frame), canvas);
    film.write(index->seconds(frame), canvas.rgb());
  }
  film.finish();
}

}  // namespace pgt::cli
