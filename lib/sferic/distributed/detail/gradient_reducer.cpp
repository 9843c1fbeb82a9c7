#include <sferic/distributed/detail/gradient_reducer.hpp>

#include <c10/util/ScopeExit.h>
#include <torch/csrc/distributed/c10d/comm.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

namespace sferic::detail {

namespace {

/// Makes each bucket its mean over the ranks. (LibTorch exports no class that does, and tells on
/// stderr of the one that it registers itself.)
class MeanHook final : public c10d::CommHookInterface {
 public:
  explicit MeanHook(GroupPointer group) : group_(std::move(group)) {}

  c10::intrusive_ptr<c10::ivalue::Future> runHook(c10d::GradBucket& bucket) override {
    std::vector<at::Tensor> buffer = {bucket.getBufferRef()};
    buffer[0].div_(group_->getSize());  // first, as torch does: a sum of float16 may overflow
    return group_->allreduce(buffer)->getFuture();
  }

  at::Tensor parseHookResult(c10::IValue const& result) override {
    return result.toTensorVector().front();
  }

 private:
  GroupPointer group_;
};

}  // namespace

/// A training that goes on from a checkpoint has to reduce to the same bits as the one that wrote
/// it. So the buckets stay, which a Reducer builds anew after the first pass: a number's place in
/// them decides in which order the ranks' numbers are added. And the hook divides each bucket as a
/// whole: without one, a Reducer multiplies what it copies into a bucket by 1/n, but divides by n
/// what lies there already, which may be other bits.
class SteadyReducer : public c10d::Reducer {
 public:
  template <class... Arguments>
  explicit SteadyReducer(Arguments&&... arguments)
      : Reducer(std::forward<Arguments>(arguments)...) {
    has_rebuilt_bucket_ = true;
    register_comm_hook(std::make_unique<MeanHook>(process_group_));
  }

  /// By itself, a Reducer doesn't notice a parameter that was used only in passes which it did not
  /// reduce, and leaves its gradient as each rank has it.
  void mark_gradients_as_used() {
    std::transform(params_.begin(), params_.end(), local_used_map_.data_ptr<int>(),
                   [](auto const& each) { return each.grad().defined() ? 1 : 0; });
  }
};

namespace {

/// As DistributedDataParallel does it, but with buckets that stay, in about the order in which
/// gradients come: the last ones first.
std::unique_ptr<SteadyReducer> make_reducer(std::vector<at::Tensor> const& parameters,
                                            GroupPointer const& group,
                                            DistributedOptions const& options) {
  auto const first = std::min<std::int64_t>(c10d::kDefaultFirstBucketBytes, options.bucket_bytes);
  std::vector<std::size_t> const limits = {static_cast<std::size_t>(first),
                                           static_cast<std::size_t>(options.bucket_bytes)};
  std::vector<bool> const sparse(parameters.size(), false);
  std::vector<std::int64_t> indices(parameters.size());
  std::iota(indices.rbegin(), indices.rend(), 0);
  auto [buckets, bucket_limits] = c10d::compute_bucket_assignment_by_size(
      {parameters.rbegin(), parameters.rend()}, limits, sparse, indices);
  return std::make_unique<SteadyReducer>(
      parameters, std::move(buckets), std::move(bucket_limits), group, sparse, options.bucket_bytes,
      options.find_unused_parameters, /*gradient_as_bucket_view=*/true,
      std::unordered_map<std::size_t, std::string>(), first);
}

/// The reducer leaves the gradients as views of its buckets. These become tensors of the same
/// memory, for zero_grad() detaches gradients, which views refuse.
void detach_from_buckets(std::vector<at::Tensor> const& parameters) {
  for (auto const& each : parameters) {
    auto& gradient = each.mutable_grad();
    if (gradient.defined() && gradient.is_view()) gradient = gradient.variable_data();
  }
}

}  // namespace

GradientReducer::GradientReducer(std::vector<at::Tensor> const& parameters,
                                 GroupPointer const& group, DistributedOptions const& options)
    : parameters_(parameters),
      find_unused_parameters_(options.find_unused_parameters),
      reducer_(make_reducer(parameters, group, options)) {}

GradientReducer::~GradientReducer() = default;

bool GradientReducer::is_for(std::vector<at::Tensor> const& parameters) const {
  return std::equal(parameters.begin(), parameters.end(), parameters_.begin(), parameters_.end(),
                    [](auto const& left, auto const& right) { return left.is_same(right); });
}

void GradientReducer::backward(at::Tensor const& loss) {
  if (find_unused_parameters_) reducer_->mark_gradients_as_used();
  reducer_->prepare_for_forward();
  reducer_->rebuild_buckets();  // only looks whether the last pass has left a parameter out
  reducer_->prepare_for_backward(find_unused_parameters_ ? std::vector<at::Tensor>{loss}
                                                         : std::vector<at::Tensor>());
  auto const detaching = c10::make_scope_exit([this] { detach_from_buckets(parameters_); });
  loss.backward();
}

}  // namespace sferic::detail
