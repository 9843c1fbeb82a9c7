#pragma once

#include <sferic/distributed/detail/c10d_group.hpp>
#include <sferic/distributed/detail/farewells.hpp>
#include <sferic/distributed/detail/gradient_reducer.hpp>
#include <sferic/distributed/detail/max_reduction.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sferic::detail {

/// Ranks on c10d: a store for messages, a process group, and the Reducer of gradients.
class C10dRanks final : public Ranks {
 public:
  C10dRanks(Launch const& launch, DistributedOptions const& options);

  /// Leaves; where this rank keeps the store, after the others have read why.
  ~C10dRanks() override;

  void broadcast(std::vector<at::Tensor> const& tensors) override;
  void reduce_mean(std::vector<at::Tensor> const& tensors) override;
  void reduce_max(std::span<std::int64_t> numbers) override;
  std::vector<std::string> gather(std::string const& bytes) override;
  void backward(at::Tensor const& loss, std::vector<at::Tensor> const& parameters) override;
  void leave(Farewell const& farewell) noexcept override;

 private:
  template <class Function>
  auto together(char const* what, Function function);

  void find_others(Launch const& launch);
  RankError lost(char const* what, std::string const& error);

  DistributedOptions options_;
  std::optional<Farewells> farewells_;
  GroupPointer group_;  ///< null when this rank has left
  GroupPointer gradient_group_;
  std::unique_ptr<MaxReduction> reduce_max_;
  std::optional<GradientReducer> reducer_;  ///< of the parameters of the last pass
  bool has_failed_ = false;                 ///< the group has ended by an error,
  bool has_lost_ = false;                   ///< of which nobody told: somebody may be dead
};

}  // namespace sferic::detail
