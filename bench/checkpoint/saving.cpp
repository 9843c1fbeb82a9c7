// What does it cost to save a model of 25 million parameters with momentum, and to load it, beside
// torch::save and torch::load of the same tensors? fsync(), which the disk takes, is told apart.

#include <sferic/checkpoint/checkpoint.hpp>
#include <sferic/trainer/trainer.hpp>

#include <benchmark/benchmark.h>
#include <sys/syscall.h>
#include <torch/torch.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

Seconds time_in_fsync;  ///< of all calls; one thread at a time saves here

}  // namespace

/// In the place of the C library's.
extern "C" int fsync(int file) {
  auto const begin = Clock::now();
  auto const result = static_cast<int>(syscall(SYS_fsync, file));
  time_in_fsync += Clock::now() - begin;
  return result;
}

namespace {

namespace fs = std::filesystem;

constexpr char const* kParameters = "25 million parameters with momentum";

/// Six square layers.
class Model : public torch::nn::Module {
 public:
  torch::Tensor training_step(torch::Tensor const& batch) {
    auto x = batch;
    for (auto& layer : layers_) x = torch::relu(layer(x));
    return x.mean();
  }
  auto configure_optimizers() {
    return torch::optim::SGD(parameters(), torch::optim::SGDOptions(0.01).momentum(0.9));
  }

 private:
  static constexpr std::int64_t kWidth = 2041;
  std::vector<torch::nn::Linear> layers_ = [this] {
    std::vector<torch::nn::Linear> layers;
    for (int i = 0; i < 6; ++i) {
      layers.push_back(
          register_module("layer" + std::to_string(i), torch::nn::Linear(kWidth, kWidth)));
    }
    return layers;
  }();
};

/// A model that has been trained, and the same tensors for LibTorch's own functions.
struct Trained {
  Trained() {
    trainer.fit(model, std::vector<torch::Tensor>{torch::ones({1, 2041})});
    for (auto const& parameter : model.parameters()) {
      tensors.push_back(parameter.detach());
      tensors.push_back(torch::rand_like(parameter));  // as the momentum
    }
  }

  Model model;
  sferic::Trainer trainer{{.max_epochs = 1, .device = "cpu"}};
  std::vector<torch::Tensor> tensors;
  fs::path path = fs::absolute("bench_checkpoint.tmp_file");
};

Trained& trained() {
  static Trained one;
  return one;
}

enum class Counted { kAll, kAllButFsync };

/// Registers a benchmark of `call`; what is done `before` them all, and `after` each, is not timed.
template <class Call, class Before, class After>
void add(std::string const& group, std::string const& subject, Counted counted, Call call,
         Before before, After after) {
  auto const run = [=](benchmark::State& state) {
    auto& it = trained();
    before(it);
    for (auto _ : state) {
      time_in_fsync = Seconds();
      auto const begin = Clock::now();
      call(it);
      Seconds time = Clock::now() - begin;
      if (counted == Counted::kAllButFsync) time -= time_in_fsync;
      after(it);
      state.SetIterationTime(time.count());
    }
    fs::remove(it.path);
  };
  benchmark::RegisterBenchmark((group + "/" + subject + "/" + kParameters).c_str(), run)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

void remove(Trained& it) { fs::remove(it.path); }

[[maybe_unused]] bool const registered = [] {
  auto const save_by_torch = [](Trained& it) { torch::save(it.tensors, it.path.string()); };
  auto const save = [](Trained& it) { it.trainer.save_checkpoint(it.path); };
  auto const save_later = [](Trained& it) {
    it.trainer.save_checkpoint(it.path, {.asynchronous = true});
  };
  auto const wait = [](Trained& it) {
    it.trainer.wait_for_checkpoint();
    remove(it);
  };
  auto const nothing = [](Trained&) {};
  char const* const saving = "Saving a checkpoint";
  add(saving, "torch::save", Counted::kAll, save_by_torch, nothing, remove);
  add(saving, "sferic, without fsync", Counted::kAllButFsync, save, nothing, remove);
  add(saving, "sferic", Counted::kAll, save, nothing, remove);
  char const* const pause = "Pause of the training to save a checkpoint";
  add(pause, "sferic", Counted::kAll, save, nothing, remove);
  add(pause, "sferic, asynchronous", Counted::kAll, save_later, nothing, wait);

  auto const load_by_torch = [](Trained& it) {
    std::vector<torch::Tensor> tensors;
    torch::load(tensors, it.path.string());
  };
  auto const load = [](Trained& it) { it.trainer.load_checkpoint(it.model, it.path); };
  char const* const loading = "Loading a checkpoint";
  add(loading, "torch::load, nothing verified", Counted::kAll, load_by_torch, save_by_torch,
      nothing);
  add(loading, "sferic", Counted::kAll, load, save, nothing);
  return true;
}();

}  // namespace
