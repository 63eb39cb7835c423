#include "train/checkpoint.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary.hpp"
#include "nn/safetensors.hpp"
#include "nn/tensor_memory.hpp"

namespace pgt::train {

namespace {

namespace fs = std::filesystem;

constexpr const char* progress_key = "progress";
constexpr const char* fresh_suffix = ".new";
constexpr const char* old_suffix = ".old";
constexpr const char* previous_suffix = ".previous";
constexpr const char* extension = ".safetensors";

fs::path with_suffix(fs::path path, const char* suffix) { return path += suffix; }

/// What the metadata says about it, in the words of session::describe_network.
std::optional<std::int64_t> batch_size_in(const std::map<std::string, std::string>& metadata) {
  constexpr std::string_view key = "batch_size = ";
  const auto batches = metadata.find("batches");
  const std::size_t found = batches == metadata.end() ? std::string::npos : batches->second.find(key);
  if (found == std::string::npos) return std::nullopt;
  return std::strtoll(batches->second.c_str() + found + key.size(), nullptr, 10);
}

/// Bit by bit, so that a NaN equals itself.
bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  if (a.scalar_type() != b.scalar_type() || a.sizes() != b.sizes()) return false;
  const at::Tensor x = a.contiguous();
  const at::Tensor y = b.contiguous();
  return x.numel() == 0 || std::memcmp(x.const_data_ptr(), y.const_data_ptr(), x.nbytes()) == 0;
}

/// Throws Error(io) unless the file holds what was meant to be written.
void verify(const fs::path& path, const Checkpoint& meant) {
  const auto fail = [&](const std::string& what) {
    throw Error(ExitCode::io, path.string() + " does not read back as it was written (" + what +
                                  "): check the disk; the checkpoint before it is kept");
  };
  Checkpoint found;
  try {
    found = read_checkpoint(path);
  } catch (const Error& error) {
    fail(error.what());
  }
  if (found.metadata != meant.metadata) fail("metadata");
  if (to_json(found.progress) != to_json(meant.progress)) fail(progress_key);
  if (found.tensors.size() != meant.tensors.size()) fail("number of tensors");
  for (const auto& [name, tensor] : meant.tensors) {
    const auto other = found.tensors.find(name);
    if (other == found.tensors.end() || !same_bits(tensor, other->second)) fail(name);
  }
}

/// Gives the present file, if there is one, a second name. A copy where the file system knows no hard links.
bool keep_present(const fs::path& path, const fs::path& second) {
  fs::remove(second);
  if (!fs::exists(path)) return false;
  std::error_code no_links;
  fs::create_hard_link(path, second, no_links);
  if (no_links) fs::copy_file(path, second);
  return true;
}

fs::path side_file_of(fs::path path) { return path.replace_extension(".json"); }

void write_side_file(const fs::path& path, const Progress& progress) {
  write_file_atomically(side_file_of(path), to_json(progress, 2) + "\n");
}

/// Nothing where the file is not there, or damaged.
std::optional<Progress> progress_in(const fs::path& file) {
  try {
    return read_checkpoint(file).progress;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

void save_checkpoint(const fs::path& path, const Checkpoint& checkpoint) {
  nn::release_unused_tensor_memory();  // what is written and read back has sizes of its own
  const fs::path fresh = with_suffix(path, fresh_suffix);
  const fs::path old = with_suffix(path, old_suffix);
  try {
    nn::TensorFile file{checkpoint.tensors, checkpoint.metadata};
    file.metadata[progress_key] = to_json(checkpoint.progress);
    nn::write_safetensors(fresh, file);
    verify(fresh, checkpoint);
    // The new file is in place before the previous one goes: if the present one turns out damaged, that is all there
    // is.
    const bool replaces = keep_present(path, old);
    fs::rename(fresh, path);
    if (replaces) fs::rename(old, previous_of(path));
  } catch (const fs::filesystem_error& error) {
    throw Error(ExitCode::io, "cannot keep the checkpoint " + path.string() + ": " + error.code().message());
  }
  write_side_file(path, checkpoint.progress);  // syncs the folder too, and with it the renames above
  nn::release_unused_tensor_memory();
}

std::string kept_name(std::int64_t epochs) {
  constexpr std::size_t digits = 4;  // so that names sort as epochs do
  const std::string number = std::to_string(epochs);
  return "epoch-" + std::string(digits - std::min(digits, number.size()), '0') + number;
}

std::vector<fs::path> set_aside_later(const fs::path& path, const Progress& progress) {
  std::vector<fs::path> files;
  std::optional<Progress> earlier;  // of the one that stays
  for (const fs::path& file : {path, previous_of(path)}) {
    const std::optional<Progress> then = progress_in(file);
    if (!then) continue;
    if (then->total <= progress.total) {
      earlier = then;
      continue;
    }
    const std::string name = path.stem().string() + "-" + kept_name(then->epoch);
    fs::path fresh = path.parent_path() / (name + extension);
    for (int i = 2; fs::exists(fresh); ++i) fresh.replace_filename(name + "-" + std::to_string(i) + extension);
    fs::rename(file, fresh);
    write_side_file(fresh, *then);
    files.push_back(fresh);
  }
  if (files.empty()) return files;
  fs::remove(side_file_of(path));
  if (earlier && !fs::exists(path)) {  // the one before is the latest now
    fs::rename(previous_of(path), path);
    write_side_file(path, *earlier);
  }
  return files;
}

void remove_unfinished_checkpoints(const fs::path& folder) {
  remove_temporaries(folder, false);
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    const fs::path& path = entry->path();
    const bool unfinished = path.extension() == fresh_suffix || path.extension() == old_suffix;
    std::error_code stays;
    if (unfinished && path.stem().extension() == extension) fs::remove(path, stays);
  }
}

std::vector<fs::path> checkpoints_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    const fs::path name = path.extension() == previous_suffix ? path.stem() : path.filename();
    if (name.extension() == extension) files.push_back(path);
  }
  if (error) throw Error(ExitCode::io, "cannot read the folder " + folder.string() + ": " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

Checkpoint read_checkpoint(const fs::path& path) {
  nn::TensorFile file = nn::read_safetensors(path);
  const auto progress = file.metadata.extract(progress_key);
  if (progress.empty()) throw Error(ExitCode::plugin, path.string() + " does not say where a run is");
  Checkpoint checkpoint;
  checkpoint.progress = progress_from_json(progress.mapped(), path.string(), batch_size_in(file.metadata));
  checkpoint.tensors = std::move(file.tensors);
  checkpoint.metadata = std::move(file.metadata);
  checkpoint.checked = file.checked;
  return checkpoint;
}

fs::path previous_of(const fs::path& path) { return with_suffix(path, previous_suffix); }

bool checkpoint_exists(const fs::path& path) { return fs::exists(path) || fs::exists(previous_of(path)); }

Checkpoint load_checkpoint(const fs::path& path, std::string* warning) {
  const fs::path previous = previous_of(path);
  std::string reason;
  try {
    return read_checkpoint(path);
  } catch (const Error& error) {
    reason = error.what();
  }
  try {
    Checkpoint checkpoint = read_checkpoint(previous);
    if (warning) *warning = reason + "; the checkpoint before it is used, " + previous.string();
    return checkpoint;
  } catch (const Error& error) {
    throw Error(ExitCode::io, "no checkpoint can be read: " + reason + "; " + error.what());
  }
}

Checkpoint load_for_use(const fs::path& path, std::string* warning) {
  try {
    return read_checkpoint(path);
  } catch (const nn::ChangedFile& error) {
    throw nn::ChangedFile(error.code(), std::string(error.what()) +
                                            "; pgt-host check RUN says which checkpoints are sound: --checkpoint takes "
                                            "another one, pgt-host resume RUN goes back to the one before");
  } catch (const Error&) {
    return load_checkpoint(path, warning);
  }
}

}  // namespace pgt::train
