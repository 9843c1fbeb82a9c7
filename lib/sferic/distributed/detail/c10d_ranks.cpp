#include <sferic/distributed/detail/c10d_ranks.hpp>

#include <sferic/distributed/detail/within.hpp>

#include <fmt/format.h>
#include <torch/csrc/distributed/c10d/comm.hpp>
#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace sferic::detail {

namespace {

constexpr std::chrono::seconds kStorePatience(5);

constexpr std::size_t kBroadcastBytes = 250 * 1024 * 1024;  // as DistributedDataParallel

void wait(c10::intrusive_ptr<c10d::Work> const& work) { work->wait(); }

}  // namespace

C10dRanks::C10dRanks(Launch const& launch, DistributedOptions const& options)
    : Ranks(launch.rank, launch.world_size, launch.local_rank), options_(options) {
  find_others(launch);
}

C10dRanks::~C10dRanks() {
  bool const is_well = group_ && !has_failed_;
  leave({"it has ended"});
  if (!is_well) farewells_->wait_for_readers(std::chrono::seconds(has_lost_ ? 1 : 10));
}

/// LibTorch keeps to its timeouts, and tells what it has waited for, unless a host falls silent in
/// the middle.
void C10dRanks::find_others(Launch const& launch) {
  constexpr auto kSlack = std::chrono::seconds(2);
  struct Made {
    StorePointer store;
    GroupPointer group, gradient_group;
    std::unique_ptr<MaxReduction> reduce_max;
  };
  auto made = within(options_.start_timeout + kSlack, [launch, options = options_] {
    auto const store = make_store(launch, options);
    auto const devices = make_devices(launch);
    auto const group = make_cpu_group(launch, options, store, devices);
    return Made{store, group, make_gradient_group(launch, options, store, group),
                std::make_unique<MaxReduction>(launch, *devices.front(), options.timeout, *store)};
  });
  if (!made) throw std::runtime_error("nobody answers there, or another host has fallen silent");
  farewells_.emplace(std::move(made->store), world_size(), rank() == 0 && !launch.has_store,
                     std::min<std::chrono::milliseconds>(options_.timeout, kStorePatience));
  group_ = std::move(made->group);
  gradient_group_ = std::move(made->gradient_group);
  reduce_max_ = std::move(made->reduce_max);
}

/// Runs what waits for others, and tells why it fails.
template <class Function>
auto C10dRanks::together(char const* what, Function function) {
  if (!group_) throw RankError("this rank has left the others after an error, or they have ended");
  try {
    return function();
  } catch (std::exception const& error) {
    has_failed_ = true;
    if (auto const told = farewells_->told()) {
      has_lost_ = told->has_lost != 0;
      throw RankError(fmt::format("rank {} has ended the training: {}", told->rank, told->what),
                      told->rank, static_cast<int>(told->signal));
    }
    std::string const text = error.what();
    // An error of the transport's; others are this rank's own.
    if (text.find("gloo") == text.npos && text.find("NCCL") == text.npos) throw;
    throw lost(what, text);
  }
}

RankError C10dRanks::lost(char const* what, std::string const& error) {
  has_lost_ = true;
  return RankError(fmt::format(
      "rank {} of {} has lost another one {}: it was killed, or cannot be reached, or took longer "
      "than {} s{} ({})",
      rank(), world_size(), what, std::chrono::duration<double>(options_.timeout).count(),
      farewells_->can_be_heard() ? "" : "; nor does MASTER_ADDR answer", error));
}

void C10dRanks::broadcast(std::vector<at::Tensor> const& tensors) {
  if (tensors.empty()) return;
  together("in a broadcast", [&] {
    torch::NoGradGuard const no_grad;
    std::vector<at::Tensor> on_cpu, on_device;
    for (auto const& tensor : tensors) {
      (tensor.is_cuda() ? on_device : on_cpu).push_back(tensor.detach());
    }
    if (!on_cpu.empty()) c10d::broadcast_coalesced(group_, on_cpu, kBroadcastBytes);
    if (!on_device.empty()) {
      c10d::broadcast_coalesced(gradient_group_, on_device, kBroadcastBytes);
    }
  });
}

void C10dRanks::reduce_mean(std::vector<at::Tensor> const& tensors) {
  together("in a reduction", [&] {
    torch::NoGradGuard const no_grad;
    for (auto const& tensor : tensors) {
      std::vector<at::Tensor> one = {tensor.detach().contiguous()};
      wait((tensor.is_cuda() ? gradient_group_ : group_)->allreduce(one));
      tensor.detach().copy_(one[0].div_(world_size()));
    }
  });
}

void C10dRanks::reduce_max(std::span<std::int64_t> numbers) {
  together("in a reduction", [&] { (*reduce_max_)(numbers); });
}

std::vector<std::string> C10dRanks::gather(std::string const& bytes) {
  auto longest = static_cast<std::int64_t>(bytes.size());
  reduce_max({&longest, 1});
  return together("in a gathering", [&] {
    // The length, and the bytes up to the longest.
    constexpr auto kHead = static_cast<std::int64_t>(sizeof(std::int64_t));
    auto const length = static_cast<std::int64_t>(bytes.size());
    std::vector<at::Tensor> given = {torch::zeros({kHead + longest}, torch::kByte)};
    std::memcpy(given[0].data_ptr(), &length, sizeof(length));
    std::memcpy(given[0].data_ptr<std::uint8_t>() + kHead, bytes.data(), bytes.size());
    std::vector<std::vector<at::Tensor>> taken(1);
    for (std::int64_t i = 0; i < world_size(); ++i) taken[0].push_back(torch::empty_like(given[0]));
    wait(group_->allgather(taken, given));
    std::vector<std::string> all;
    for (auto const& each : taken[0]) {
      std::int64_t its_length = 0;
      std::memcpy(&its_length, each.data_ptr(), sizeof(its_length));
      auto const* const begin = each.data_ptr<std::uint8_t>() + kHead;
      all.emplace_back(begin, begin + its_length);
    }
    return all;
  });
}

void C10dRanks::backward(at::Tensor const& loss, std::vector<at::Tensor> const& parameters) {
  if (parameters.empty()) return loss.backward();
  together("in a backward pass", [&] {
    if (!reducer_ || !reducer_->is_for(parameters)) {
      reducer_.reset();  // first, for the two would both reduce
      // Of a program that has GPUs, but trains without them.
      auto const& group = parameters.front().is_cuda() ? gradient_group_ : group_;
      reducer_.emplace(parameters, group, options_);
    }
    reducer_->backward(loss);
  });
}

void C10dRanks::leave(Farewell const& farewell) noexcept {
  if (!group_) return;
  has_failed_ = true;
  farewells_->tell({rank(), farewell.signal, std::int64_t{has_lost_}, farewell.what});
  try {
    reducer_.reset();
    reduce_max_.reset();
    gradient_group_.reset();
    group_.reset();
  } catch (std::exception const&) {
  }
}

}  // namespace sferic::detail
