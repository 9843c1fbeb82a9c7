#include <sferic/trainer/tensor_loader.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sferic {

namespace {

std::int64_t samples_in(char const* name, torch::Tensor const& tensor) {
  if (tensor.defined() && tensor.dim() > 0) return tensor.size(0);
  throw std::invalid_argument(
      fmt::format("{} must be a tensor with a first dimension of samples", name));
}

/// Mixes a seed and an epoch such that neighbours give unrelated orders (SplitMix64, Steele et al.
/// 2014).
std::uint64_t mix(std::uint64_t seed, std::uint64_t epoch) {
  std::uint64_t z = seed + (epoch + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

TensorLoader::TensorLoader(torch::Tensor data, torch::Tensor target, TensorLoaderOptions options)
    : data_(std::move(data)), target_(std::move(target)), options_(options) {
  auto const samples = samples_in("data", data_);
  if (samples_in("target", target_) != samples) {
    throw std::invalid_argument(
        fmt::format("data and target must have the same number of samples, but have {} and {}",
                    samples, target_.size(0)));
  }
  if (options_.batch_size < 1) {
    throw std::invalid_argument(
        fmt::format("batch_size must be >= 1, but got {}", options_.batch_size));
  }
  set_shard(0, 1);
}

void TensorLoader::set_shard(std::int64_t rank, std::int64_t world_size, bool even) {
  if (world_size < 1 || rank < 0 || rank >= world_size) {
    throw std::invalid_argument(fmt::format(
        "rank must be >= 0 and below world_size, but they are {} and {}", rank, world_size));
  }
  rank_ = rank;
  world_size_ = world_size;
  auto const all = data_.size(0);
  if (options_.drop_last) {
    samples_ = all / world_size;
    samples_ -= samples_ % options_.batch_size;
  } else {
    auto const before = even ? 0 : rank;  // of the last row, where it isn't filled up
    samples_ = (all - before + world_size - 1) / world_size;
  }
}

TensorLoader::Iterator TensorLoader::begin() {
  if (options_.shuffle) return Iterator(*this, order_of(epoch_++));
  if (world_size_ == 1) return Iterator(*this, torch::Tensor());
  return Iterator(*this, shard_of(torch::arange(data_.size(0), torch::kLong)).to(data_.device()));
}

std::size_t TensorLoader::size() const noexcept {
  return static_cast<std::size_t>((samples_ + options_.batch_size - 1) / options_.batch_size);
}

torch::Tensor TensorLoader::order_of(std::int64_t epoch) const {
  auto const seed = mix(options_.seed, static_cast<std::uint64_t>(epoch));
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  return shard_of(torch::randperm(data_.size(0), generator, torch::kLong)).to(data_.device());
}

/// May be longer than what a pass takes of it.
torch::Tensor TensorLoader::shard_of(torch::Tensor order) const {
  if (world_size_ == 1 || order.size(0) == 0) return order;
  auto const rows = (order.size(0) + world_size_ - 1) / world_size_;
  auto const repeats = (rows * world_size_ + order.size(0) - 1) / order.size(0);
  return order.repeat(repeats).slice(0, rank_, rows * world_size_, world_size_).contiguous();
}

torch::data::Example<> TensorLoader::batch(torch::Tensor const& order, std::int64_t first,
                                           std::int64_t end) const {
  std::int64_t const count = std::min(options_.batch_size, end - first);
  if (!order.defined()) return {data_.narrow(0, first, count), target_.narrow(0, first, count)};
  torch::Tensor const picked = order.narrow(0, first, count);
  return {data_.index_select(0, picked), target_.index_select(0, picked)};
}

}  // namespace sferic
