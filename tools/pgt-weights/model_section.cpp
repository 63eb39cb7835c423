#include "model_section.hpp"

#include <array>

#include "shapes.hpp"

namespace pgt::weights {

ModelLine norm_line(const Shapes& shapes) {
  if (!shapes.any_ends_with(".running_mean")) return {"norm", std::string("group"), {}};
  return {"norm", std::string("batch"), {std::string("frozen"), std::string("sub_batch")}};
}

ModelSection read_model(const std::vector<NamedTensor>& weights, const Naming& naming) {
  Shapes shapes;
  for (const NamedTensor& tensor : weights) {
    shapes.add(without_third(naming.translate(tensor.name)), tensor.tensor.shape);
  }
  ModelSection section = read_x3d(shapes);
  if (section.lines.empty()) section = read_regnet(shapes);
  if (section.lines.empty()) section = read_transformer(shapes);
  if (section.lines.empty()) section = read_residual(shapes, naming.label() == with_pooled_time);
  for (const char* head : {"head.projection.weight", "head.weight"}) {
    if (shapes.has(head)) section.classes = shapes.size(head, 0);
  }
  return section;
}

}  // namespace pgt::weights
