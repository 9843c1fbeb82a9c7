#pragma once

#include <sferic/distributed/detail/c10d_group.hpp>

#include <memory>
#include <vector>

namespace sferic::detail {

class SteadyReducer;

/// Makes the gradients of parameters their means over the ranks, in buckets, each as soon as a
/// backward pass has filled it; by c10d's Reducer, as torch's DistributedDataParallel. The
/// gradients are tensors in these buckets, which spares copying them there and back.
class GradientReducer {
 public:
  /// A parameter has one reducer at a time. There has to be a parameter.
  GradientReducer(std::vector<at::Tensor> const& parameters, GroupPointer const& group,
                  DistributedOptions const& options);
  ~GradientReducer();

  bool is_for(std::vector<at::Tensor> const& parameters) const;

  /// Throws what c10d throws, where a rank is lost or leaves parameters out.
  void backward(at::Tensor const& loss);

 private:
  std::vector<at::Tensor> parameters_;
  bool find_unused_parameters_;
  std::unique_ptr<SteadyReducer> reducer_;
};

}  // namespace sferic::detail
