#pragma once

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <unistd.h>

#include "distributed/scenario.hpp"

/// Trainings that end by an error of one rank, the last one where nothing else is said.
namespace sferic::test {

inline bool is_last(Layout const& layout) { return layout.rank() + 1 == layout.world_size(); }

template <class Prepare>
Tensors train_until(Layout const& layout, Prepare prepare) {
  Net net;
  auto data = loader(layout, 48, 8);
  auto validation = loader(layout, 24, 8);
  Trainer trainer(layout.with({.max_epochs = 3}));
  prepare(trainer);
  trainer.fit(net, data, validation);
  return {};
}

template <class Event>
Tensors throw_at(Layout const& layout) {
  return train_until(layout, [&](Trainer& trainer) {
    trainer.on<Event>([&](auto const& e) {
      bool const is_here = is_last(layout) && e.progress.stage != Stage::kSanityCheck;
      if (is_here && (e.progress.batch >= 2 || e.progress.epoch >= 1)) {
        throw std::runtime_error("the last rank has had it");
      }
    });
  });
}

inline Tensors throw_on_rank_zero(Layout const& layout) {
  return train_until(layout, [&](Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>([&](auto const& e) {
      if (layout.rank() == 0 && e.progress.batch == 2) throw std::runtime_error("zero has had it");
    });
  });
}

/// In the batch in which rank zero wants a checkpoint.
inline Tensors throw_before_saving(Layout const& layout) {
  return train_until(layout, [&](Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>([&](auto const& e) {
      if (e.progress.batch != 2) return;
      if (is_last(layout)) throw std::runtime_error("the last rank has had it");
      e.control.request_checkpoint(layout.folder / "of_one.ckpt");
    });
  });
}

inline Tensors throw_everywhere(Layout const& layout) {
  return train_until(layout, [&](Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>([&](auto const& e) {
      if (e.progress.batch == 2) throw std::runtime_error("all have had it");
    });
  });
}

inline Tensors be_killed(Layout const& layout) {
  return train_until(layout, [&](Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>([&](auto const& e) {
      if (is_last(layout) && e.progress.batch == 2) ::kill(getpid(), SIGKILL);
    });
  });
}

/// The last rank has told its number when it dies, before the others look: they hear of its end
/// when they tell it the next one.
inline Tensors be_killed_while_it_waits(Layout const& layout) {
  std::int64_t number = 0;
  if (is_last(layout)) {
    std::thread([] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      ::kill(getpid(), SIGKILL);
    }).detach();
  } else {
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  for (int i = 0; i < 3; ++i) layout.ranks->reduce_max({&number, 1});
  return {};
}

/// Longer than the others wait.
inline Tensors fall_silent(Layout const& layout) {
  return train_until(layout, [&](Trainer& trainer) {
    trainer.on<event::TrainBatchEnd>([&](auto const& e) {
      if (is_last(layout) && e.progress.batch == 2) {
        std::this_thread::sleep_for(std::chrono::seconds(15));
      }
    });
  });
}

/// Until a signal comes. The file tells that it has begun.
inline Tensors train_for_long(Layout const& layout) {
  Net net;
  auto data = loader(layout, 48, 8);
  Trainer trainer(layout.with({.max_epochs = 1'000'000}));
  trainer.on<event::TrainEpochEnd>(once(), [&](auto const&) {
    std::ofstream(layout.folder / ("begun_" + std::to_string(layout.rank()))) << 1;
  });
  trainer.fit(net, data);
  return {};
}

inline Tensors have_another_module(Layout const& layout) {
  torch::nn::Linear more(2, 2);
  Net net;
  if (is_last(layout)) net.register_module("more", more);
  auto data = loader(layout, 48, 8);
  Trainer(layout.with({.max_epochs = 1})).fit(net, data);
  return {};
}

inline Tensors skip_a_batch(Layout const& layout) {
  return train_until(layout, [&](Trainer& trainer) {
    trainer.on<event::TrainBatchStart>([&](auto const& e) {
      if (is_last(layout) && e.progress.batch == 2) e.control.skip_batch();
    });
  });
}

class WithoutLoss : public Net {
 public:
  torch::Tensor training_step(Batch const&) { return {}; }
};

inline Tensors return_no_loss(Layout const& layout) {
  WithoutLoss net;
  auto data = loader(layout, 48, 8);
  Trainer(layout.with({.max_epochs = 1})).fit(net, data);
  return {};
}

class WithUnused : public Net {
 public:
  torch::nn::Linear unused = register_module("unused", torch::nn::Linear(2, 2));
};

inline Tensors leave_parameters_out(Layout const& layout) {
  WithUnused net;
  auto data = loader(layout, 48, 8);
  Trainer(layout.with({.max_epochs = 1})).fit(net, data);
  return {};
}

/// A loader that has fewer batches than it says.
struct Short {
  std::vector<Batch> batches;
  std::size_t size() const { return 5; }
  auto begin() { return batches.begin(); }
  auto end() { return batches.end(); }
};

inline Tensors end_too_early(Layout const& layout) {
  Net net;
  Short data{std::vector<Batch>(is_last(layout) ? 3 : 5, samples(4))};
  Trainer(layout.with({.max_epochs = 1})).fit(net, data);
  return {};
}

}  // namespace sferic::test
