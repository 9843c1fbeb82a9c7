#pragma once

#include <sferic/events/checkpoint.hpp>
#include <sferic/events/run.hpp>
#include <sferic/events/stopping.hpp>
#include <sferic/events/train.hpp>
#include <sferic/signal/order.hpp>

#include <filesystem>
#include <string>

namespace sferic {

struct OnExceptionCheckpointOptions {
  /// The folder of the file; it is made where there is none. Must be given.
  std::filesystem::path dirpath = {};

  /// The file's name, to which ".ckpt" is added. Default: "on_exception".
  std::string filename = "on_exception";
};

/// Saves a checkpoint when an error, Ctrl-C or SIGTERM ends a fit, so that another one goes on from
/// there:
///
///   trainer.add(sferic::OnExceptionCheckpoint({.dirpath = "checkpoints"}));
///   trainer.fit(net, loader, {.resume_from = "last"});
///
/// An older file of that name is replaced, and a fit that ends well deletes it. If it can't be
/// written, that is a warning, and the error that ended the fit stays the one that is thrown. One
/// that ends a fit before it trains saves nothing, and leaves an older file as it is. A batch that
/// was broken off by the error is trained anew, though what it did so far is done.
///
/// As PyTorch Lightning's callback of this name, but for its way to make every fit go on from the
/// file without being asked to.
class OnExceptionCheckpoint {
 public:
  static constexpr Order kOrder = Order::kLast;  ///< others may settle their affairs before

  /// Throws std::invalid_argument if an option is empty.
  explicit OnExceptionCheckpoint(OnExceptionCheckpointOptions options);

  void on(event::FitStart const& e);
  void on(event::TrainStart const&) { trains_ = true; }
  void on(event::Exception const& e);
  void on(event::FitEnd const& e);
  void on(event::Teardown const& e);

  /// The file is a candidate for the "last" one.
  void on(event::FindCheckpoint const& e) const;

  /// Where the file is, or would be.
  std::filesystem::path const& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  bool is_trial_ = false;
  bool trains_ = false;  ///< so that there is something to save
  bool has_ended_well_ = false;
};

}  // namespace sferic
