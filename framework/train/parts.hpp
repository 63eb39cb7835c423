/// What a run is made of.
#pragma once

#include <c10/core/Device.h>

#include <string>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/augment_options.hpp"
#include "config/run_options.hpp"
#include "nn/pinned_memory.hpp"
#include "train/clip_trainer.hpp"
#include "train/mix.hpp"
#include "walk/epoch_batches.hpp"
#include "walk/planner.hpp"

namespace pgt::train {

struct Parts {
  sdk::Backbone& backbone;  ///< on `device`
  const sdk::Dataset& dataset;
  const sdk::Schedule& schedule;
  const std::string& model_name;     ///< for messages
  const std::string& schedule_name;  ///< for messages
  const config::TrainOptions& options;
  const config::DataOptions& data;
  const config::AugmentOptions& augment;
  c10::Device device;
  dist::Group& group = dist::alone();  ///< the ranks that train the run

  nn::Precision precision() const { return {options.precision, device}; }
  std::uint64_t seed() const { return static_cast<std::uint64_t>(options.seed); }
  /// In an epoch (`updates_of_epoch`).
  std::int64_t updates() const;
  /// What there is to learn, by the loss that [train] and the dataset's task ask for. It may count all labels.
  Lesson lesson() const;
  /// What a video must show to be learned from, such as "a box"; empty: anything.
  std::string needed() const;
  /// How the batch of this iteration of an epoch is mixed.
  Mix mix(const walk::ClipBatch& batch, std::int64_t epoch, std::int64_t iteration) const;
  walk::Planner planner() const {
    return {schedule_name, schedule, walk::requests_of(backbone.info().pathways, &dataset, options, data)};
  }
  walk::TrainingData training_data() const {
    return {dataset,
            data,
            &augment,
            data.lanes,
            options.batch_size,
            seed(),
            nn::memory_to_send_from(device),
            {group.rank(), group.size()}};
  }
};

}  // namespace pgt::train
