/// A backbone that averages each fragment and knows nothing of time: the ground for the faults of others.
#pragma once

#include <torch/torch.h>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/plugin.hpp>

class TinyBackbone : public pgt::sdk::Backbone {
 public:
  TinyBackbone(const pgt::sdk::NoOptions&, const pgt::sdk::BackboneContext& context)
      : weight_(at::randn({3, context.classes}).requires_grad_()) {}

  pgt::sdk::BackboneInfo info() const override { return {}; }
  void visit_parameters(pgt::sdk::ParameterVisitor& visitor) override {
    visitor.visit("head.weight", weight_, pgt::sdk::Role::head);
  }
  void train(bool) override {}

 protected:
  /// (N, 1, classes).
  at::Tensor scores(const pgt::sdk::Fragment& fragment) const {
    return fragment.frames[0].mean({2, 3, 4}).matmul(weight_).unsqueeze(1);
  }

 private:
  at::Tensor weight_;
};
