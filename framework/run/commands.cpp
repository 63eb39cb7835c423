#include "run/commands.hpp"

#include <algorithm>
#include <string_view>

#include "base/text.hpp"

namespace pgt::run {
namespace {

/// What no shell gives a meaning to.
bool is_plain(char c) {
  constexpr std::string_view others = "_-./:=@%+,";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

std::string quoted(const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string shell_command(const std::vector<std::string>& words) {
  std::vector<std::string> safe;
  for (const std::string& word : words) safe.push_back(quoted(word));
  return join(safe, " ");
}

std::string next_steps(const std::vector<std::string>& host, const std::filesystem::path& folder,
                       const std::string& longer) {
  const auto command = [&](std::vector<std::string> words) {
    words.insert(words.begin(), host.begin(), host.end());
    return "  " + shell_command(words) + "\n";
  };
  const std::string run = folder.string();
  const std::string resume = "Resume the training where it stopped:\n" + command({"resume", run});
  const std::string use = "Predict the classes of a video:\n" + command({"predict", run, "VIDEO.mp4"}) +
                          "\nScore the validation videos with the best weights:\n" + command({"eval", run});
  const std::string look =
      "\nLook at the curves in a browser:\n  " + shell_command({"tensorboard", "--logdir", run + "/tb"}) + "\n";
  if (longer.empty()) return resume + "\n" + use + look;
  return use + look + "\nTrain longer:\n" + command({"resume", run, "--set", longer});
}

}  // namespace pgt::run
