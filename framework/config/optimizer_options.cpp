#include "config/optimizer_options.hpp"

#include <algorithm>

namespace pgt::config {

void OptimizerOptions::describe(sdk::Options& o) {
  o("optimizer", optimizer,
    {{"sgd", Optimizer::sgd}, {"adam", Optimizer::adam}, {"adamw", Optimizer::adamw}, {"lars", Optimizer::lars}})
      .help("how gradients change weights: SGD with momentum, Adam, AdamW (decay apart from the gradient), LARS");
  o("momentum", momentum).range(0, 1).only_with("optimizer", {"sgd", "lars"}).help("momentum");
  o("nesterov", nesterov).only_with("optimizer", {"sgd", "lars"}).help("use Nesterov momentum");
  o("beta1", beta1)
      .range(0, 1)
      .only_with("optimizer", {"adam", "adamw"})
      .help("how much of the running mean of the gradient stays at each update");
  o("beta2", beta2)
      .range(0, 1)
      .only_with("optimizer", {"adam", "adamw"})
      .help("how much of the running mean of its square stays at each update");
  o("epsilon", epsilon)
      .at_least(0)
      .only_with("optimizer", {"adam", "adamw", "lars"})
      .help("added to what is divided by");
  o("trust_coefficient", trust_coefficient)
      .at_least(0)
      .only_with("optimizer", {"lars"})
      .help("how long an update of a tensor may be, as a share of the tensor's own length");
  o("weight_decay", weight_decay)
      .at_least(0)
      .help("L2 penalty on the weights; of AdamW: by how much they shrink at each update, times the learning rate");
  o("norm_weight_decay", norm_weight_decay).at_least(0).help("the same for the parameters of normalisation layers");
  o("layer_decay", layer_decay)
      .range(0, 1)
      .help("each layer has this much of the learning rate of the one above it; 1: all have the same");
  o("head_learning_rate", head_learning_rate)
      .at_least(0)
      .help("factor on the learning rate of the head, such as 10 where only the head is new");
  o("freeze", freeze)
      .help(
          "parameters that are not trained, by name: a module's name stands for all below it, * and ? for any text, as "
          "in [\"s1\", \"s2.*\"]; normalisations there keep their statistics");
}

void OptimizerOptions::check(sdk::Problems& problems) const {
  if (momentum >= 1) problems.push_back({"momentum", "must be below 1"});
  if (nesterov && momentum == 0) problems.push_back({"momentum", "must be above 0, or nesterov must be false"});
  if (beta1 >= 1) problems.push_back({"beta1", "must be below 1"});
  if (beta2 >= 1) problems.push_back({"beta2", "must be below 1"});
  if (epsilon == 0 && (optimizer == Optimizer::adam || optimizer == Optimizer::adamw)) {
    problems.push_back({"epsilon", "must be above 0: where a gradient is 0, it is all that there is to divide by"});
  }
  if (layer_decay == 0)
    problems.push_back({"layer_decay", "must be above 0; to train nothing but the head use freeze"});
  if (std::find(freeze.begin(), freeze.end(), "") != freeze.end()) {
    problems.push_back({"freeze", "must not hold an empty name"});
  }
}

}  // namespace pgt::config
