#include "not_weights.hpp"

#include <utility>

namespace pgt::weights {

std::string kind_of_archive(std::string_view entry) {
  if (entry.ends_with("/constants.pkl") || entry.find("/code/") != std::string_view::npos) {
    return "is a TorchScript file (torch.jit.save): a network with its code. Use it as it is with [model] use = "
           "\"exported\" and file = \"…\" (docs/bring-a-model.md). For its weights alone, in Python: "
           "torch.save(torch.jit.load(\"FILE\").state_dict(), \"weights.pth\")";
  }
  if (entry.ends_with("archive_format") || entry.ends_with("serialized_exported_program.json")) {
    return "is a file of torch.export (.pt2), which holds no program that can be trained outside of Python. Save the "
           "module that it was made from: with torch.jit.save for [model] use = \"exported\" (docs/bring-a-model.md), "
           "or its weights with torch.save(model.state_dict(), \"weights.pth\")";
  }
  return "";
}

std::string kind_of_bytes(std::string_view file) {
  constexpr std::pair<std::string_view, const char*> kinds[] = {
      {"version https://git-lfs", "is a pointer to a file that git lfs has not fetched; run: git lfs pull"},
      {"<", "is a web page, not weights: the download failed"},
      {"\x89HDF", "is a file of HDF5, as Keras writes them, which is not read here"},
      {"\x1f\x8b", "is compressed with gzip: unpack it first"}};
  for (const auto& [beginning, kind] : kinds) {
    if (file.starts_with(beginning)) return kind;
  }
  return "";
}

}  // namespace pgt::weights
