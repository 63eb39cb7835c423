#include "new.hpp"

#include <CLI/CLI.hpp>
#include <cctype>
#include <cstdio>
#include <map>
#include <memory>
#include <regex>
#include <stdexcept>

#include <pgt/sdk/version.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "plugin/folders.hpp"
#include "verbs.hpp"

namespace pgt::plugin_tool {
namespace {

namespace fs = std::filesystem;

/// The folder to which pgt-host was installed, or that of its build: where CMake finds the SDK.
fs::path prefix_of(const fs::path& programs) {
  for (fs::path folder = programs; folder != folder.root_path(); folder = folder.parent_path()) {
    for (const char* libraries : {"lib", PGT_LIBRARY_FOLDER}) {
      if (fs::is_directory(folder / libraries / "cmake" / "pgt-sdk")) return folder;
    }
  }
  throw Error(ExitCode::failure, "no SDK is installed around " + programs.string() +
                                     ": cmake --install BUILD --prefix DIR installs host and SDK");
}

/// my_net → MyNet.
std::string class_name(const std::string& name) {
  std::string text;
  bool begins = true;
  for (const char c : name) {
    if (c != '_') text += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = c == '_';
  }
  return text;
}

plugin::Kind kind_of(const std::string& word) {
  try {
    return plugin::kind_from_text(word);
  } catch (const std::invalid_argument&) {
    throw Error(ExitCode::usage, "\"" + word + "\" is not a kind of plugin: backbone, dataset or schedule");
  }
}

void check(const NewPlugin& wanted) {
  if (!std::regex_match(wanted.name, std::regex("[a-z][a-z0-9]*(_[a-z0-9]+)*"))) {
    throw Error(ExitCode::usage, "\"" + wanted.name +
                                     "\" cannot be a plugin's name: use small letters, digits and single underscores, "
                                     "such as my_net");
  }
  if (!wanted.id.empty() && !std::regex_match(wanted.id, std::regex("[a-z0-9_-]+(\\.[a-z0-9_-]+)+"))) {
    throw Error(ExitCode::usage, "--id \"" + wanted.id + "\": an id reads like com.example." + wanted.name);
  }
}

using Words = std::map<std::string, std::string>;

Words words_of(const NewPlugin& wanted, const fs::path& prefix) {
  const bool backbone = wanted.kind == plugin::Kind::backbone, dataset = wanted.kind == plugin::Kind::dataset;
  return {{"@name@", wanted.name},
          {"@Class@", class_name(wanted.name)},
          {"@kind@", plugin::to_text(wanted.kind)},
          {"@id@", wanted.id.empty() ? "org.example." + wanted.name : wanted.id},
          {"@prefix@", prefix.string()},
          {"@sdk@", std::to_string(PGT_SDK_VERSION_MAJOR) + "." + std::to_string(PGT_SDK_VERSION_MINOR)},
          {"@backbone@", backbone ? " BACKBONE" : ""},
          {"@torch@", backbone ? " LibTorch::LibTorch" : ""},
          {"@options@", dataset ? " --option root=videos" : ""}};
}

std::string filled_in(std::string text, const Words& words) {
  for (const auto& [word, value] : words) {
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += value.size()) {
      text.replace(at, word.size(), value);
    }
  }
  return text;
}

}  // namespace

void write_new_plugin(const NewPlugin& wanted) {
  check(wanted);
  const fs::path programs = plugin::host_beside_program().parent_path();
  const Words words = words_of(wanted, prefix_of(programs));
  const fs::path folder = wanted.folder.empty() ? fs::path(wanted.name) : wanted.folder;
  std::error_code error;
  if (!fs::create_directories(folder, error)) {
    if (error) throw Error(ExitCode::io, "cannot make " + folder.string() + ": " + error.message());
    throw Error(ExitCode::usage, folder.string() + " is there already: choose another name, or name a folder with -o");
  }
  for (const std::string& part : {std::string("every"), plugin::to_text(wanted.kind)}) {
    for (const fs::directory_entry& file : fs::directory_iterator(programs / "templates" / part)) {
      write_file_atomically(folder / filled_in(file.path().filename().string(), words),
                            filled_in(read_file(file.path()), words));
    }
  }
  std::printf(
      "%s: a %s that builds, passes its tests and trains\n\n  cd %s\n  cmake --preset release\n"
      "  cmake --build --preset release\n  pgt-host plugin check build/%s.so%s\n"
      "  pgt-host --plugins build run.toml\n",
      folder.c_str(), words.at("@kind@").c_str(), folder.c_str(), wanted.name.c_str(), words.at("@options@").c_str());
}

void add_new(CLI::App& app, Program& program) {
  const auto wanted = std::make_shared<NewPlugin>();
  CLI::App* verb = app.add_subcommand("new", "a folder with a plugin that builds, passes its tests and trains");
  const auto kind = std::make_shared<std::string>();
  verb->add_option("kind", *kind, "backbone, dataset or schedule")->required();
  verb->add_option("name", wanted->name, "what a run file's use will say, such as my_net")->required();
  verb->add_option("--id", wanted->id, "of the plugin, worldwide (default: org.example.NAME)");
  verb->add_option("-o,--output", wanted->folder, "folder to make (default: NAME, here)")->type_name("DIR");
  verb->callback([wanted, kind, &program] {
    wanted->kind = kind_of(*kind);
    write_new_plugin(*wanted);
    program.code = static_cast<int>(ExitCode::ok);
  });
}

}  // namespace pgt::plugin_tool
