#define USE_C10D_GLOO  // as the library was built: its header shows nothing without

#include "dist/join.hpp"

#include <c10/util/Logging.h>
#include <torch/torch.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>

#include "dist/cuda_sums.hpp"
#include "dist/last_words.hpp"
#include "dist/local_address.hpp"

namespace pgt::dist {
namespace {

using Store = c10::intrusive_ptr<c10d::Store>;

/// The first line, without the stack that LibTorch adds.
std::string first_line(const char* text) {
  const std::string all = text;
  return all.substr(0, all.find('\n'));
}

class Gloo final : public Group {
 public:
  /// `lasting`: a store that outlives these ranks; may be null.
  Gloo(const Store& store, Store lasting, int rank, int size, std::chrono::seconds limit, const std::string& address)
      : rank_(rank),
        size_(size),
        limit_(limit),
        store_(store),
        lasting_(std::move(lasting)),
        words_(c10::make_intrusive<c10d::PrefixStore>("words", store), rank, size) {
    words_.introduce();
    const auto options = c10d::ProcessGroupGloo::Options::create(limit);
    options->devices = {device_at(address)};
    guarded([&] {
      backend_ = c10::make_intrusive<c10d::ProcessGroupGloo>(c10::make_intrusive<c10d::PrefixStore>("gloo", store),
                                                             rank, size, options);
      words_.known();
    });
  }
  ~Gloo() override {
    if (nccl_) nccl_->shutdown();
  }
  Gloo(const Gloo&) = delete;
  Gloo& operator=(const Gloo&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  std::vector<std::string> gather(std::string own) override {
    const std::vector<std::int64_t> sizes = sizes_of(own);
    const std::int64_t longest = *std::ranges::max_element(sizes);
    std::vector<std::string> all;
    if (longest == 0) return std::vector<std::string>(sizes.size());
    own.resize(static_cast<std::size_t>(longest));
    const std::vector<at::Tensor> texts = gathered(bytes_of(own));
    for (std::size_t i = 0; i < texts.size(); ++i) all.push_back(text_of(texts[i].narrow(0, 0, sizes[i])));
    return all;
  }

  std::vector<std::string> collect(std::string own) override {
    const std::vector<std::int64_t> sizes = sizes_of(own);
    std::vector<std::string> all;
    for (int from = 0; from < size_; ++from) {
      const std::int64_t bytes = sizes[static_cast<std::size_t>(from)];
      if (from == 0 || bytes == 0) {
        if (rank_ == 0) all.push_back(from == 0 ? own : "");
        continue;
      }
      std::vector<at::Tensor> message{rank_ == from ? bytes_of(own) : torch::empty({bytes}, torch::kUInt8)};
      if (rank_ == from) guarded([&] { backend_->send(message, 0, from)->wait(); });
      if (rank_ == 0) {
        guarded([&] { backend_->recv(message, from, from)->wait(); });
        all.push_back(text_of(message.front()));
      }
    }
    return all;
  }

  void sum(std::span<double> numbers) override {
    if (numbers.empty()) return;
    const at::Tensor own = torch::from_blob(numbers.data(), {std::ssize(numbers)}, torch::kDouble);
    at::Tensor total;
    for (const at::Tensor& part : gathered(own)) total = total.defined() ? total + part : part;
    at::Tensor(own).copy_(total);
  }

  /// On GPUs where every rank has one of its own.
  bool sums_on(c10::Device device) override {
    if (!device.is_cuda()) return device.is_cpu();
    const CudaSums* const sums = cuda_sums();
    std::vector<std::string> gpus = gather(sums == nullptr ? "" : sums->name(device.index()));
    std::ranges::sort(gpus);
    const bool one_each = std::ranges::adjacent_find(gpus) == gpus.end();
    if (gpus.front().empty() || !one_each) {
      const char* const why = gpus.front().empty()
                                  ? "libpgt_cuda.so cannot be loaded (tools/quickstart --cuda builds it)"
                                  : "ranks share a GPU";
      if (rank_ == 0) std::fprintf(stderr, "warning: gradients are added up on the CPU, which is slower: %s\n", why);
      return false;
    }
    guarded([&] { nccl_ = sums->join(c10::make_intrusive<c10d::PrefixStore>("nccl", store_), rank_, size_, limit_); });
    return true;
  }

  std::function<void()> begin_sum(at::Tensor& numbers) override {
    std::vector<at::Tensor> tensors{numbers};
    c10d::Backend& backend = numbers.is_cpu() ? *backend_ : *nccl_;
    c10::intrusive_ptr<c10d::Work> work;
    guarded([&] { work = backend.allreduce(tensors); });
    return [this, work] { guarded([&] { work->wait(); }); };
  }

  void leave(ExitCode code, const std::string& words) override {
    words_.say(code, words);
    if (nccl_) std::exchange(nccl_, {})->abort();
    backend_.reset();  // who waits for this rank now notices, and looks for its words
    words_.wait_until_heard();
  }
  void leave_note(const std::string& text) override {
    if (lasting_) guarded([&] { lasting_->set(note_key, text); });
  }
  std::string note() override {
    std::string text;
    guarded([&] {
      if (lasting_ && lasting_->check({note_key})) text = lasting_->get_to_str(note_key);
    });
    return text;
  }

 private:
  static constexpr const char* note_key = "pgt/note";

  /// GLOO_SOCKET_IFNAME names an interface, as in PyTorch.
  static std::shared_ptr<::gloo::transport::Device> device_at(const std::string& address) {
    const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
    if (interface == nullptr || *interface == '\0') return c10d::ProcessGroupGloo::createDeviceForHostname(address);
    try {
      return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
    } catch (const std::exception& error) {
      throw Error(ExitCode::usage, std::string("GLOO_SOCKET_IFNAME = ") + interface +
                                       " is not a network interface of this machine: " + first_line(error.what()));
    }
  }

  static at::Tensor bytes_of(const std::string& text) {
    return torch::from_blob(const_cast<char*>(text.data()), {std::ssize(text)}, torch::kUInt8);
  }
  static std::string text_of(const at::Tensor& bytes) {
    return {static_cast<const char*>(bytes.const_data_ptr()), static_cast<std::size_t>(bytes.numel())};
  }

  std::vector<std::int64_t> sizes_of(const std::string& own) {
    std::vector<std::int64_t> sizes;
    for (const at::Tensor& size : gathered(torch::tensor({std::ssize(own)})))
      sizes.push_back(size.item<std::int64_t>());
    return sizes;
  }

  std::vector<at::Tensor> gathered(const at::Tensor& own) {
    std::vector<at::Tensor> input{own};
    std::vector<std::vector<at::Tensor>> output(1);
    for (int i = 0; i < size_; ++i) output.front().push_back(torch::empty_like(own));
    guarded([&] { backend_->allgather(output, input)->wait(); });
    return output.front();
  }

  /// What fails between the ranks fails because one of them has gone.
  void guarded(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      words_.explain(first_line(error.what()));
    }
  }

  int rank_, size_;
  std::chrono::seconds limit_;
  Store store_;
  Store lasting_;
  LastWords words_;
  c10::intrusive_ptr<c10d::Backend> backend_;  ///< goes before the store
  c10::intrusive_ptr<c10d::Backend> nccl_{};   ///< for tensors on GPUs, where it can be
};

Store meeting_place(const World& world, std::chrono::seconds limit) {
  c10d::TCPStoreOptions options;
  options.port = world.port;
  options.isServer = world.rank == 0 && !world.agent;
  options.waitWorkers = false;
  options.timeout = limit;
  try {
    return c10::make_intrusive<c10d::TCPStore>(world.address, options);
  } catch (const std::exception& error) {
    const std::string place = world.address + ":" + std::to_string(world.port);
    throw Error(ExitCode::failure,
                (options.isServer ? "rank 0 cannot listen at " + place +
                                        " (MASTER_PORT is taken, or MASTER_ADDR is "
                                        "not this machine): "
                                  : "rank " + std::to_string(world.rank) + " cannot reach rank 0 at " + place + ": ") +
                    first_line(error.what()));
  }
}

}  // namespace

std::unique_ptr<Group> join(const World& world, std::chrono::seconds limit) {
  if (world.size == 1) return std::make_unique<Alone>();
  FLAGS_caffe2_log_level = 3;  // of LibTorch, fatal: what fails here is told by an error, without its stack traces
  const Store store = meeting_place(world, limit);
  return std::make_unique<Gloo>(c10::make_intrusive<c10d::PrefixStore>("pgt/" + world.attempt, store),
                                world.agent ? store : Store(), world.rank, world.size, limit, local_address(world));
}

std::unique_ptr<Group> join(c10::intrusive_ptr<c10d::Store> store, int rank, int size, std::chrono::seconds limit) {
  return std::make_unique<Gloo>(store, Store(), rank, size, limit, "127.0.0.1");
}

}  // namespace pgt::dist
