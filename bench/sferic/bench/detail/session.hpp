#pragma once

#include <sferic/bench/callback.hpp>

#include <filesystem>
#include <memory>

namespace sferic::bench::detail {

/// A new folder, in which the program runs until it is removed.
class EmptyFolder {
 public:
  EmptyFolder();
  ~EmptyFolder();
  EmptyFolder(EmptyFolder const&) = delete;
  EmptyFolder& operator=(EmptyFolder const&) = delete;

 private:
  std::filesystem::path before_;
  std::filesystem::path here_;
};

/// A trainer, what is connected to it, and the folder in which it trains.
class Session {
 public:
  Session(TrainerOptions const& options, Prepare const& prepare);

  Trainer& trainer() noexcept { return trainer_; }

 private:
  EmptyFolder folder_;
  std::shared_ptr<void> kept_;
  Trainer trainer_;
};

}  // namespace sferic::bench::detail
