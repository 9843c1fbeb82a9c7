#include "by_hand.hpp"

#include <torch/csrc/distributed/c10d/reducer.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sferic::bench {

namespace {

template <class Reduce>
void train(Perceptron& module, TimedBatches& batches, Reduce reduce) {
  auto optimizer = module.configure_optimizers();
  for (Batch const& batch : batches) {
    auto const loss = module.training_step(batch);
    optimizer.zero_grad();
    loss.backward();
    reduce();
    optimizer.step();
  }
}

/// As DistributedDataParallel makes it.
c10d::Reducer reducer_of(std::vector<torch::Tensor> const& parameters, Group const& group) {
  constexpr std::int64_t kBucketBytes = 25 * 1024 * 1024;
  std::vector<bool> const sparse(parameters.size(), false);
  auto [buckets, limits] = c10d::compute_bucket_assignment_by_size(
      parameters, {c10d::kDefaultFirstBucketBytes, kBucketBytes}, sparse);
  std::reverse(buckets.begin(), buckets.end());
  std::reverse(limits.begin(), limits.end());
  return c10d::Reducer(parameters, std::move(buckets), std::move(limits), group, sparse,
                       kBucketBytes, /*find_unused_parameters=*/false,
                       /*gradient_as_bucket_view=*/false,
                       std::unordered_map<std::size_t, std::string>(),
                       c10d::kDefaultFirstBucketBytes);
}

}  // namespace

void train_by_hand(Perceptron& module, TimedBatches& batches) {
  train(module, batches, [] {});
}

void train_with_one_reduction(Perceptron& module, TimedBatches& batches, Group const& group) {
  auto const parameters = module.parameters();
  train(module, batches, [&] {
    torch::NoGradGuard const no_grad;
    std::vector<torch::Tensor> flat;
    for (auto const& each : parameters) flat.push_back(each.grad().view(-1));
    std::vector<torch::Tensor> all = {torch::cat(flat)};
    group->allreduce(all)->wait();
    all[0].div_(group->getSize());
    std::int64_t begin = 0;
    for (auto const& each : flat) {
      each.copy_(all[0].narrow(0, begin, each.numel()));
      begin += each.numel();
    }
  });
}

void train_with_reductions_of_each(Perceptron& module, TimedBatches& batches, Group const& group) {
  auto const parameters = module.parameters();
  train(module, batches, [&] {
    std::vector<c10::intrusive_ptr<c10d::Work>> works;
    for (auto const& each : parameters) {
      std::vector<torch::Tensor> gradient = {each.grad()};
      works.push_back(group->allreduce(gradient));
    }
    for (auto const& work : works) work->wait();
    for (auto const& each : parameters) each.grad().div_(group->getSize());
  });
}

void train_with_reducer(Perceptron& module, TimedBatches& batches, Group const& group) {
  auto optimizer = module.configure_optimizers();
  auto reducer = reducer_of(module.parameters(), group);
  for (Batch const& batch : batches) {
    reducer.prepare_for_forward();
    reducer.rebuild_buckets();
    auto const loss = module.training_step(batch);
    optimizer.zero_grad();
    reducer.prepare_for_backward({});
    loss.backward();
    optimizer.step();
  }
}

}  // namespace sferic::bench
