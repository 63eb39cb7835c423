#include "run/status.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt::run {

std::string to_text(State state) {
  switch (state) {
    case State::running:
      return "running";
    case State::finished:
      return "finished";
    case State::interrupted:
      return "interrupted";
    case State::failed:
      break;
  }
  return "failed";
}

std::string to_json(const Status& status) {
  nlohmann::ordered_json json;
  json["status"] = to_text(status.state);
  json["exit_code"] = nullptr;
  if (status.state != State::running) json["exit_code"] = status.exit_code;
  json["epoch"] = status.epoch;
  json["epochs"] = status.epochs;
  json["seconds"] = status.seconds;
  json["peak_rss_bytes"] = status.peak_rss_bytes;
  json["peak_device_bytes"] = status.peak_device_bytes;
  json["skipped_updates"] = status.skipped_updates;
  json["message"] = status.message;
  if (status.timed_epoch >= 0) json["timed"] = {{"epoch", status.timed_epoch + 1}, {"seconds", status.timed_seconds}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void write_status(const std::filesystem::path& file, const Status& status) {
  write_file_atomically(file, to_json(status));
}

Status read_status(const std::filesystem::path& file) {
  Status status;
  try {
    const auto json = nlohmann::json::parse(read_file(file));
    for (const State state : {State::running, State::finished, State::failed, State::interrupted}) {
      if (json.at("status") == to_text(state)) status.state = state;
    }
    if (json.at("exit_code").is_number()) status.exit_code = json.at("exit_code");
    status.epoch = json.at("epoch");
    status.epochs = json.at("epochs");
    status.seconds = json.at("seconds");
    status.peak_rss_bytes = json.at("peak_rss_bytes");
    status.peak_device_bytes = json.value("peak_device_bytes", std::int64_t{0});  // older runs have none
    status.skipped_updates = json.value("skipped_updates", std::int64_t{0});
    status.message = json.at("message");
    if (const auto timed = json.find("timed"); timed != json.end()) {
      status.timed_epoch = timed->at("epoch").get<std::int64_t>() - 1;
      status.timed_seconds = timed->at("seconds");
    }
    return status;
  } catch (const nlohmann::json::exception&) {
    return {};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace pgt::run
