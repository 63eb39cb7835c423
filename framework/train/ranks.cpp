#include "train/ranks.hpp"

#include <torch/torch.h>

#include <algorithm>

#include "config/setting_error.hpp"
#include "dist/gather.hpp"

namespace pgt::train {
namespace {

/// What the ranks tell each other of a batch.
struct Share {
  std::vector<std::size_t> videos;
  std::int64_t frames = 0;
  bool resumed = false;
};
template <typename Archive>
void members(Archive& archive, Share& share) {
  archive(share.videos, share.frames, share.resumed);
}

/// The tensors as bytes, and back.
std::string bytes_of_slots(const Slots& slots) {
  c10::Dict<std::string, at::Tensor> named;
  for (const auto& [name, tensor] : slots) named.insert(name, tensor.detach().cpu().contiguous());
  const std::vector<char> bytes = torch::pickle_save(named);
  return {bytes.begin(), bytes.end()};
}

Slots slots_of(const std::string& bytes) {
  Slots slots;
  for (const auto& entry : torch::pickle_load({bytes.begin(), bytes.end()}).toGenericDict()) {
    slots.emplace(entry.key().toStringRef(), entry.value().toTensor());
  }
  return slots;
}

}  // namespace

std::vector<std::size_t> WholeBatch::own_of(const std::vector<std::size_t>& rows) const {
  std::vector<std::size_t> mine;
  for (const std::size_t row : rows) {
    if (row >= own.first && row < own.first + own.count) mine.push_back(row - own.first);
  }
  return mine;
}

WholeBatch meet(dist::Group& group, const walk::ClipBatch& share) {
  WholeBatch whole{{}, {0, share.rows.size()}, share.frames, share.resumed};
  int rank = 0;
  for (const Share& part : dist::gather(group, Share{share.videos(), share.frames, share.resumed})) {
    if (rank++ == group.rank()) whole.own.first = whole.videos.size();
    whole.videos.insert(whole.videos.end(), part.videos.begin(), part.videos.end());
    whole.frames = std::max(whole.frames, part.frames);
    whole.resumed = whole.resumed && part.resumed;
  }
  return whole;
}

Slots collect_carry(dist::Group& group, const Slots& own) {
  std::map<std::string, std::vector<at::Tensor>> parts;
  for (const std::string& bytes : group.collect(own.empty() ? "" : bytes_of_slots(own))) {
    if (bytes.empty()) continue;
    for (auto& [name, tensor] : slots_of(bytes)) parts[name].push_back(tensor);
  }
  Slots whole;
  for (const auto& [name, tensors] : parts) whole.emplace(name, torch::cat(tensors));
  return whole;
}

Slots own_carry(const Slots& carry, const std::vector<std::size_t>& alive, const OwnRows& own) {
  const auto begin = std::ranges::lower_bound(alive, own.first),
             end = std::ranges::lower_bound(alive, own.first + own.count);
  Slots mine;
  for (const auto& [name, tensor] : carry) mine.emplace(name, tensor.narrow(0, begin - alive.begin(), end - begin));
  return mine;
}

void share_batches(dist::BatchSums& sums, Lesson& lesson, const config::TrainOptions& options) {
  if (lesson.group.alone()) return;
  auto* sharing = sdk::extension_of<sdk::BatchSharing>(lesson.backbone);
  if (sharing == nullptr || !sharing->share_batches(sums)) return;
  lesson.sums = &sums;
  if (!options.recompute.empty()) {
    throw config::SettingError(
        "train.recompute",
        "with train.recompute the network would normalise by the videos of all processes (norm = \"sync_batch\") once "
        "more in its backward: leave train.recompute out, or use norm = \"batch\" or \"group\"");
  }
  if (options.micro_batch == 0) return;
  throw config::SettingError(
      "train.micro_batch",
      "with train.micro_batch the network sees parts of a batch, but it normalises by the videos "
      "of all processes (norm = \"sync_batch\"): leave train.micro_batch out");
}

std::vector<std::string> gather_files(dist::Group& group, const std::vector<std::string>& own) {
  std::vector<std::string> all;
  for (const std::vector<std::string>& files : dist::gather(group, own))
    all.insert(all.end(), files.begin(), files.end());
  return all;
}

}  // namespace pgt::train
