#pragma once

#include <sferic/persistence/detail/stored_tensor.hpp>
#include <sferic/persistence/detail/zip_file.hpp>

#include <torch/types.h>

#include <map>
#include <string>

namespace sferic::detail {

/// Makes tensors of what a file of LibTorch's or PyTorch's holds, on the CPU and in memory of their
/// own. Those that share a record in the file share their memory too. Throws CheckpointError.
class TensorReader {
 public:
  /// `file` has to outlive this.
  explicit TensorReader(ZipFile const& file);

  [[nodiscard]] at::Tensor read(StoredTensor const& tensor);

 private:
  at::Tensor const& record(std::string const& name);

  ZipFile const& file_;
  std::map<std::string, at::Tensor> records_;  ///< as bytes
};

}  // namespace sferic::detail
