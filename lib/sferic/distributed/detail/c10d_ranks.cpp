#include <sferic/distributed/detail/c10d_ranks.hpp>

#include <fmt/format.h>
#include <torch/csrc/distributed/c10d/comm.hpp>
#include <torch/types.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <numeric>
#include <sstream>
#include <thread>
#include <type_traits>
#include <utility>

namespace sferic::detail {

namespace {

// Keys of the store.
constexpr auto kFarewells = "sferic/farewells";  ///< how many have written one
constexpr auto kFarewell = "sferic/farewell";    ///< the first one
constexpr auto kLeft = "sferic/left";            ///< how many need the store no more

constexpr std::size_t kBroadcastBytes = 250 * 1024 * 1024;  // as DistributedDataParallel

std::vector<std::uint8_t> bytes_of(std::string const& text) { return {text.begin(), text.end()}; }

void wait(c10::intrusive_ptr<c10d::Work> const& work) { work->wait(); }

/// What a rank says that leaves, as the store keeps it.
struct StoredFarewell {
  std::int64_t rank = -1;
  std::int64_t signal = 0;
  std::int64_t has_lost = 0;  ///< another one, who may be dead
  std::string what = {};

  std::string text() const { return fmt::format("{} {} {} {}", rank, signal, has_lost, what); }

  static StoredFarewell from(std::vector<std::uint8_t> const& bytes) {
    std::istringstream text(std::string(bytes.begin(), bytes.end()));
    StoredFarewell farewell;
    text >> farewell.rank >> farewell.signal >> farewell.has_lost;
    text.get();
    farewell.what.assign(std::istreambuf_iterator<char>(text), {});
    return farewell;
  }
};

/// Doesn't rebuild its buckets by what the first pass has shown. For a number's place in a bucket
/// decides in which order the ranks' numbers are added, and a training that goes on from a
/// checkpoint has to add as the one did that wrote it.
class SteadyReducer : public c10d::Reducer {
 public:
  template <class... Arguments>
  explicit SteadyReducer(Arguments&&... arguments)
      : Reducer(std::forward<Arguments>(arguments)...) {
    has_rebuilt_bucket_ = true;
  }
};

}  // namespace

C10dRanks::C10dRanks(Launch const& launch, DistributedOptions const& options)
    : Ranks(launch.rank, launch.world_size, launch.local_rank),
      options_(options),
      keeps_store_(launch.rank == 0 && !launch.has_store),
      store_(make_store(launch, options)),
      group_(make_cpu_group(launch, options, store_)),
      gradient_group_(make_gradient_group(launch, options, store_, group_)) {}

C10dRanks::~C10dRanks() {
  bool const is_well = group_ && !has_failed_;
  leave({"it has ended"});
  if (!is_well) wait_for_readers();
}

/// Runs what waits for others, and tells why it fails.
template <class Function>
auto C10dRanks::together(char const* what, Function function) {
  if (!group_) throw RankError("this rank has left the others after an error, or they have ended");
  try {
    return function();
  } catch (std::exception const& error) {
    if (auto const told = farewell()) throw *told;
    std::string const text = error.what();
    // An error of the transport's; others are this rank's own.
    if (text.find("gloo") == text.npos && text.find("NCCL") == text.npos) throw;
    has_lost_ = true;
    throw RankError(fmt::format(
        "rank {} of {} has lost another one {}: it was killed, or cannot be "
        "reached, or took longer than {} s ({})",
        rank(), world_size(), what, std::chrono::duration<double>(options_.timeout).count(), text));
  }
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

/// Of few numbers, and after each batch: so it counts how often ranks wait for each other, which
/// they do half as often to gather as to reduce.
void C10dRanks::reduce_max(std::span<std::int64_t> numbers) {
  together("in a reduction", [&] {
    auto const count = static_cast<std::int64_t>(numbers.size());
    auto const options = torch::TensorOptions(torch::kLong);
    std::vector<at::Tensor> given = {torch::from_blob(numbers.data(), {count}, options)};
    auto const all = torch::empty({world_size(), count}, options);
    std::vector<std::vector<at::Tensor>> taken = {all.unbind()};
    wait(group_->allgather(taken, given));
    given[0].copy_(all.amax(0));
  });
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
  bool const is_new = !std::equal(parameters.begin(), parameters.end(), reduced_.begin(),
                                  reduced_.end(), [](auto const& left, auto const& right) {
    return left.unsafeGetTensorImpl() == right.unsafeGetTensorImpl();
  });
  if (is_new) make_reducer(parameters);
  if (!reducer_) return loss.backward();
  together("in a backward pass", [&] {
    reducer_->prepare_for_forward();
    reducer_->rebuild_buckets();  // only looks whether the last pass has left a parameter out
    reducer_->prepare_for_backward(options_.find_unused_parameters ? std::vector<at::Tensor>{loss}
                                                                   : std::vector<at::Tensor>());
    loss.backward();
  });
}

/// As DistributedDataParallel does it, but with buckets that stay, in about the order in which
/// gradients come: the last ones first.
void C10dRanks::make_reducer(std::vector<at::Tensor> const& parameters) {
  reducer_.reset();  // first, for the two would both reduce
  reduced_ = parameters;
  if (parameters.empty()) return;
  auto const first = std::min<std::int64_t>(c10d::kDefaultFirstBucketBytes, options_.bucket_bytes);
  std::vector<std::size_t> const limits = {static_cast<std::size_t>(first),
                                           static_cast<std::size_t>(options_.bucket_bytes)};
  std::vector<bool> const sparse(parameters.size(), false);
  std::vector<std::int64_t> indices(parameters.size());
  std::iota(indices.rbegin(), indices.rend(), 0);
  auto [buckets, bucket_limits] = c10d::compute_bucket_assignment_by_size(
      {parameters.rbegin(), parameters.rend()}, limits, sparse, indices);
  // Of a program that has GPUs, but trains without them.
  auto const& group = parameters.front().is_cuda() ? gradient_group_ : group_;
  reducer_ = std::make_unique<SteadyReducer>(
      parameters, std::move(buckets), std::move(bucket_limits), group, sparse,
      options_.bucket_bytes, options_.find_unused_parameters, /*gradient_as_bucket_view=*/false,
      std::unordered_map<std::size_t, std::string>(), first);
}

void C10dRanks::leave(Farewell const& farewell) noexcept {
  if (!group_) return;
  has_failed_ = true;
  try {
    if (store_->add(kFarewells, 1) == 1) {
      StoredFarewell const stored{rank(), farewell.signal, std::int64_t{has_lost_}, farewell.what};
      store_->set(kFarewell, bytes_of(stored.text()));
    }
    store_->add(kLeft, 1);
  } catch (std::exception const&) {  // whoever keeps the store is gone
  }
  try {
    reducer_.reset();
    reduced_.clear();
    gradient_group_.reset();
    group_.reset();
  } catch (std::exception const&) {
  }
}

std::optional<RankError> C10dRanks::farewell() {
  has_failed_ = true;
  try {
    if (!store_->check({kFarewell})) return std::nullopt;
    auto const farewell = StoredFarewell::from(store_->get(kFarewell));
    has_lost_ = farewell.has_lost != 0;
    return RankError(
        fmt::format("rank {} has ended the training: {}", farewell.rank, farewell.what),
        farewell.rank, static_cast<int>(farewell.signal));
  } catch (std::exception const&) {
    return std::nullopt;
  }
}

/// Not for ever: others may be busy, or dead.
void C10dRanks::wait_for_readers() noexcept {
  if (!keeps_store_) return;
  auto const patience = std::chrono::seconds(has_lost_ ? 1 : 10);
  constexpr auto kPause = std::chrono::milliseconds(5);
  auto const end = std::chrono::steady_clock::now() + patience;
  try {
    while (store_->add(kLeft, 0) < world_size() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(kPause);
    }
  } catch (std::exception const&) {
  }
}

}  // namespace sferic::detail
