#include "cli/engine/beside.hpp"

#include "nn/full_memory.hpp"
#include "run/console.hpp"
#include "run/signals.hpp"
#include "session/describe.hpp"
#include "session/initial_weights.hpp"
#include "session/session.hpp"
#include "session/validation.hpp"
#include "train/checkpoint.hpp"
#include "train/loop.hpp"

namespace pgt::cli {
namespace {

/// A signal to any rank stops all of them; checkpoints are rank 0's.
class Follower final : public train::Control, public train::Keeper {
 public:
  bool stop() override { return signals_.stop(); }
  bool checkpoint_due() override { return false; }
  void keep(const std::string&, const train::Checkpoint&) override {}

 private:
  const run::Signals signals_;
};

int train(session::Session& session, const Orders& orders, run::Log& log) {
  Follower follower;
  run::Console console(log, session.config.train.epochs, session.config.run.log_every);
  session::Validation validation(session, nullptr, follower);
  train::Loop loop(session.parts(), {console, follower, follower, validation, {&validation}}, {});
  if (orders.from_checkpoint) {
    loop.restore(train::load_checkpoint(orders.folder / "checkpoints" / "last.safetensors"));
  }
  if (orders.clip_again) loop.start_clip_again();
  const bool whole = loop.run();
  wait_for_all(*session.ranks);  // rank 0 holds what connects them
  return static_cast<int>(whole ? ExitCode::ok : ExitCode::interrupted);
}

}  // namespace

int train_beside(const Command& command, const config::RunConfig& config, plugin::Registry& registry,
                 dist::Group& group) {
  session::Session session = session::open_session(config, registry);
  session.ranks = &group;
  session::check_trainable(session);
  check_same_run(group, session::describe_run(session, registry, name_of_run(config)));
  const Orders orders = give_orders(group);
  if (orders.folder.empty()) return static_cast<int>(ExitCode::ok);
  if (!orders.from_checkpoint) session::load_initial_weights(session);
  run::Log log(log_of_rank(orders.folder, group.rank()), {.quiet = true, .progress = false, .color = command.color});
  log.info("rank " + std::to_string(group.rank()) + " of " + std::to_string(group.size()));
  try {
    return nn::naming_full_memory([&] { return train(session, orders, log); });
  } catch (const std::exception& error) {
    log.error(error.what());
    throw;
  }
}

}  // namespace pgt::cli
