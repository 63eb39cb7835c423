#include "dist/last_words.hpp"

#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "base/text.hpp"

namespace pgt::dist {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience(5);
constexpr std::chrono::milliseconds between(100);

std::string this_process() {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  return "process " + std::to_string(getpid()) + " on " + host;
}

std::string key(const char* what, int rank) { return std::string(what) + "/" + std::to_string(rank); }

}  // namespace

LastWords::LastWords(c10::intrusive_ptr<c10d::Store> store, int rank, int size)
    : store_(std::move(store)), rank_(rank), size_(size) {}

void LastWords::introduce() { store_->set(key("process", rank_), this_process()); }

void LastWords::known() {
  for (int rank = 0; rank < size_; ++rank) processes_.push_back(store_->get_to_str(key("process", rank)));
}

std::string LastWords::name_of(int rank) const {
  std::string name = "rank " + std::to_string(rank);
  if (!processes_.empty()) name += " (" + processes_[static_cast<std::size_t>(rank)] + ")";
  return name;
}

bool LastWords::noted(const std::string& what) { return store_->check({what}); }

void LastWords::say(ExitCode code, const std::string& words) {
  if (explained_) return;
  try {
    store_->set(key("words", rank_), std::to_string(static_cast<int>(code)) + " " + words);
    said_ = true;
  } catch (const std::exception&) {
    // The store has gone with rank 0: nobody is left to hear them.
  }
}

void LastWords::wait_until_heard() {
  if (!said_) return;
  try {
    const Clock::time_point end = Clock::now() + patience;
    for (int rank = 0; rank < size_; ++rank) {
      while (rank != rank_ && !noted(key("heard", rank)) && !noted(key("words", rank)) && Clock::now() < end) {
        std::this_thread::sleep_for(between);
      }
    }
  } catch (const std::exception&) {
    // As above.
  }
}

void LastWords::explain(const std::string& reason) {
  explained_ = true;
  std::vector<int> silent;
  try {
    store_->set(key("lost", rank_), "");
    const Clock::time_point end = Clock::now() + patience;
    do {
      silent.clear();
      for (int rank = 0; rank < size_; ++rank) {
        if (rank == rank_) continue;
        if (noted(key("words", rank))) {
          const std::string text = store_->get_to_str(key("words", rank));
          store_->set(key("heard", rank_), "");
          const std::size_t space = text.find(' ');
          throw Error(static_cast<ExitCode>(std::stoi(text.substr(0, space))),
                      name_of(rank) + " ended the run: " + text.substr(space + 1));
        }
        if (!noted(key("lost", rank))) silent.push_back(rank);
      }
      std::this_thread::sleep_for(between);
    } while (!silent.empty() && Clock::now() < end);
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    silent = {0};  // that holds the store
  }
  std::vector<std::string> names;
  for (const int rank : silent) names.push_back(name_of(rank));
  throw Error(ExitCode::failure,
              (names.empty() ? "the connection between the ranks was lost: "
                             : pgt::join(names, ", ") + (names.size() == 1 ? " does" : " do") +
                                   " not answer: killed, out of memory or stuck; the log of that rank and that of its "
                                   "launcher may say more. This rank noticed: ") +
                  reason);
}

}  // namespace pgt::dist
