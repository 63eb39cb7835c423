#include "cli/verbs.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace pgt::cli {
namespace {

constexpr std::size_t any_number = 1 << 20;

constexpr Verb all_verbs[] = {
    {.name = "train",
     .summary = "Trains a network as the run file says. The word \"train\" may be left out.",
     .examples = "  pgt-host run.toml\n"
                 "  pgt-host train run.toml --set train.epochs=2 --set run.name=trial\n"
                 "  pgt-host --plugins my_plugins run.toml\n",
     .arguments = "RUN.toml",
     .least_arguments = 1,
     .most_arguments = 1,
     .runs = true,
     .has_trace = true},
    {.name = "resume",
     .summary = "Resumes a stopped run; the result equals an uninterrupted one.",
     .examples = "  pgt-host resume runs/gym\n"
                 "  pgt-host resume runs/gym --set train.threads=2\n"
                 "  pgt-host resume runs/gym --checkpoint previous --set train.learning_rate=0.01\n",
     .arguments = "RUN",
     .least_arguments = 1,
     .most_arguments = 1,
     .runs = true,
     .of_run = true,
     .resumes = true,
     .has_trace = true},
    {.name = "eval",
     .summary = "Evaluates a run's weights on the videos of a split.",
     .examples = "  pgt-host eval runs/gym\n"
                 "  pgt-host eval runs/gym --split test --checkpoint last -o scores\n"
                 "  pgt-host eval runs/gym --set eval.views=10 --set eval.crops=3\n"
                 "  pgt-host eval runs/gym --precision bf16 --weights raw\n",
     .arguments = "RUN",
     .least_arguments = 1,
     .most_arguments = 1,
     .runs = true,
     .of_run = true,
     .has_checkpoint = true,
     .has_split = true,
     .has_trace = true,
     .output_help = "folder for the results"},
    {.name = "predict",
     .summary = "Predicts the classes of videos or their segments, also of a live stream, with a run's weights.",
     .examples = "  pgt-host predict runs/gym new.mp4\n"
                 "  pgt-host predict runs/gym clips/*.mp4 -o predictions.csv\n"
                 "  pgt-host predict runs/gym new.mp4 --checkpoint last --format json\n"
                 "  pgt-host predict runs/kitchen hour.mp4 --scores hour.npy --overlay shown.mp4\n"
                 "Live streams, a line of JSON for each fragment (-, tcp://, udp://, http://, https://, rtsp://, a "
                 "camera):\n"
                 "  pgt-host predict runs/kitchen rtsp://camera.local/live --realtime\n"
                 "  ffmpeg -i INPUT -c copy -f mpegts - | pgt-host predict runs/kitchen -\n",
     .arguments = "RUN VIDEO... | RUN STREAM",
     .least_arguments = 2,
     .most_arguments = any_number,
     .runs = true,
     .of_run = true,
     .has_checkpoint = true,
     .predicts = true,
     .has_trace = true,
     .output_help = "file for the predictions (default: stdout)"},
    {.name = "features",
     .summary = "Writes what a run's network sees in videos as arrays for NumPy; resumes where it stopped.",
     .examples = "  pgt-host features runs/gym clips --out features\n"
                 "  pgt-host features runs/gym hour.mp4 --out features --checkpoint last\n",
     .arguments = "RUN VIDEO...",
     .least_arguments = 2,
     .most_arguments = any_number,
     .runs = true,
     .of_run = true,
     .has_checkpoint = true,
     .has_trace = true,
     .output_help = "folder for the arrays",
     .output_flags = "-o,--out"},
    {.name = "check",
     .summary = "Tries everything but the training, and forecasts its memory and time; or reads a run's checkpoints.",
     .examples = "  pgt-host check run.toml\n"
                 "  pgt-host check runs/gym\n"
                 "  pgt-host check run.toml --set train.batch_size=16\n"
                 "  pgt-host check run.toml --probe\n"
                 "  pgt-host --plugins my_plugins check run.toml\n",
     .arguments = "RUN.toml | RUN",
     .least_arguments = 1,
     .most_arguments = 1,
     .runs = true,
     .may_be_of_run = true,
     .has_probe = true},
    {.name = "preview",
     .summary = "Draws the first training batch as the network gets it, as a picture for a browser.",
     .examples = "  pgt-host preview run.toml\n"
                 "  pgt-host preview run.toml --set augment.randaugment=2 -o with_randaugment.svg\n",
     .arguments = "RUN.toml",
     .least_arguments = 1,
     .most_arguments = 1,
     .runs = true,
     .output_help = "file for the picture (default: preview.svg)"},
    {.name = "plan",
     .summary = "Shows what the schedule does: the steps of a clip, what is carried, when it is learned.",
     .examples = "  pgt-host plan run.toml\n"
                 "  pgt-host plan run.toml --set schedule.use=tbptt --svg plan.svg\n"
                 "  pgt-host plan run.toml --epoch 5 --iteration 2 --json\n"
                 "  pgt-host plan run.toml --pathways 1,4\n",
     .arguments = "RUN.toml | RUN",
     .least_arguments = 1,
     .most_arguments = 1,
     .runs = true,
     .may_be_of_run = true,
     .has_json = true,
     .has_plan = true},
    {.name = "plugins",
     .summary = "Lists what the plugins provide, which libraries were not loaded, and why.",
     .examples = "  pgt-host plugins\n"
                 "  pgt-host --plugins my_plugins plugins\n"
                 "  pgt-host plugins --json\n",
     .has_json = true},
    {.name = "explain",
     .summary = "Explains a section of the run file, a plugin's options, or one option.",
     .examples = "  pgt-host explain\n"
                 "  pgt-host explain train\n"
                 "  pgt-host explain train.learning_rate\n",
     .arguments = "[SECTION | NAME | KEY]",
     .most_arguments = 1},
};

}  // namespace

std::span<const Verb> verbs() { return all_verbs; }

const Verb* find_verb(std::string_view name) {
  for (const Verb& verb : all_verbs) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

std::string overview(const std::vector<std::string>& programs) {
  std::string text = "Verbs (see pgt-host VERB --help):\n";
  for (const Verb& verb : all_verbs) {
    char line[256];
    std::snprintf(line, sizeof line, "  %-26s%s\n", verb.name, verb.summary);
    text += line;
  }
  if (!programs.empty()) {
    text += "\nPrograms installed beside pgt-host, run in the same way: " + join(programs, ", ") + "\n";
  }
  return text +
         "\nExamples:\n"
         "  pgt-host run.toml\n"
         "  pgt-host --plugins my_plugins run.toml --set train.learning_rate=0.01\n"
         "  pgt-host explain pgt\n";
}

}  // namespace pgt::cli
