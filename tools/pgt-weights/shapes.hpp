/// The shapes of a network's tensors, by our names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model_section.hpp"

namespace pgt::weights {

class Shapes {
 public:
  /// Kernels of pictures become kernels of one frame.
  void add(const std::string& name, std::vector<std::int64_t> shape) {
    if (shape.size() == 4) {
      shape.insert(shape.begin() + 2, 1);
      pictures_ = true;
    }
    shapes_.emplace(name, std::move(shape));
  }

  bool pictures() const { return pictures_; }
  bool has(const std::string& name) const { return shapes_.contains(name); }
  /// 0 where there is no such tensor or dimension.
  std::int64_t size(const std::string& name, std::size_t dimension) const {
    const auto found = shapes_.find(name);
    return found != shapes_.end() && dimension < found->second.size() ? found->second[dimension] : 0;
  }
  bool any_ends_with(const std::string& ending) const {
    for (const auto& [name, shape] : shapes_) {
      if (name.ends_with(ending)) return true;
    }
    return false;
  }
  /// How many of "FIRST0LAST", "FIRST1LAST", … there are before the first that is not.
  std::int64_t count(const std::string& first, const std::string& last) const {
    std::int64_t number = 0;
    while (has(first + std::to_string(number) + last)) ++number;
    return number;
  }

 private:
  std::map<std::string, std::vector<std::int64_t>> shapes_;
  bool pictures_ = false;
};

/// Each reads the networks of one kind; no lines where the shapes are of another.
ModelSection read_residual(const Shapes& shapes, bool pooled_time);
ModelSection read_x3d(const Shapes& shapes);
ModelSection read_regnet(const Shapes& shapes);
ModelSection read_transformer(const Shapes& shapes);

/// `norm`, of a network with running statistics or without.
ModelLine norm_line(const Shapes& shapes);

}  // namespace pgt::weights
