#include <sferic/bench/detail/session.hpp>

#include <torch/torch.h>

#include <cstdlib>
#include <string>
#include <system_error>

namespace sferic::bench::detail {

EmptyFolder::EmptyFolder() : before_(std::filesystem::current_path()) {
  auto name = (std::filesystem::temp_directory_path() / "sferic_bench_XXXXXX").string();
  if (!mkdtemp(name.data())) {
    throw std::system_error(errno, std::generic_category(), "cannot make " + name);
  }
  here_ = name;
  std::filesystem::current_path(here_);
}

EmptyFolder::~EmptyFolder() {
  std::error_code ignored;
  std::filesystem::current_path(before_, ignored);
  std::filesystem::remove_all(here_, ignored);
}

Session::Session(TrainerOptions const& options, Prepare const& prepare) : trainer_(options) {
  torch::set_num_threads(1);
  torch::manual_seed(1);
  kept_ = prepare(trainer_);
}

}  // namespace sferic::bench::detail
