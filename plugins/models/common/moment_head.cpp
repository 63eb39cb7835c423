#include "models/common/moment_head.hpp"

#include "models/common/pooling.hpp"

namespace pgt::models {

MomentHead::MomentHead(const MomentLayout& layout, std::int64_t in, std::int64_t classes, double dropout,
                       std::vector<pgt::sdk::Site>& sites, const std::string& name)
    : dropout_(dropout) {
  switch (layout.kind) {
    case MomentKind::gru:
      gru_ = register_module(
          "gru", std::make_shared<Recurrence>(Cell::gru, in, layout.width, layout.layers, sites, name + ".gru"));
      break;
    case MomentKind::causal_tcn:
    case MomentKind::tcn:
      tcn_ = register_module(
          "tcn", std::make_shared<TemporalConvolutions>(in, layout.width, layout.layers,
                                                        layout.kind == MomentKind::causal_tcn, sites, name + ".tcn"));
      break;
    case MomentKind::linear:
      break;
  }
  projection_ = register_module("projection", make_classifier(gru_ || tcn_ ? layout.width : in, classes));
}

at::Tensor MomentHead::forward(const at::Tensor& features, pgt::sdk::Carry& carry) {
  at::Tensor x = torch::dropout(features, dropout_, is_training());
  if (gru_) x = gru_->forward(x, carry);
  if (tcn_) x = tcn_->forward(x, carry);
  return projection_->forward(x);
}

}  // namespace pgt::models
