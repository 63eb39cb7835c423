/// A group of two in one process, for tests of what is said when.
#pragma once

#include <string>

#include "dist/group.hpp"

namespace pgt::dist {

/// The other rank says whatever this one says.
class Echo final : public Group {
 public:
  int rank() const override { return 0; }
  int size() const override { return 2; }
  std::vector<std::string> gather(std::string own) override { return {own, own}; }
  std::vector<std::string> collect(std::string own) override { return {own, own}; }
  void sum(std::span<double> numbers) override {
    calls += 'n';
    for (double& number : numbers) number *= 2;
  }
  std::function<void()> begin_sum(at::Tensor& numbers) override {
    calls += 't';
    return [numbers] { numbers.mul_(2); };
  }

  std::string calls{};  ///< a letter each, of sums: n(umbers), t(ensor)
};

}  // namespace pgt::dist
