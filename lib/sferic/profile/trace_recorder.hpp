#pragma once

#include <sferic/profile/trace.hpp>
#include <sferic/signal/emission_observer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace sferic {

/// Records when events were emitted and handlers called, on each thread by itself, for a timeline
/// of a training; see Timeline, the callback, which writes one into a file.
///
///   auto const recorder = std::make_shared<sferic::TraceRecorder>(200'000);
///   sferic::Observation const observation = bus.observe(recorder);
///   ...
///   sferic::write_trace("timeline.json", recorder->trace());
///
/// The memory is bounded, whatever the training's length. Where there is no more, every other batch
/// is dropped, and from then on every 2nd, 4th, 8th, ... is kept, each with all that was in it; and
/// so are epochs' own events, validations and their batches, checkpoints, tasks, and emissions of
/// users' events on other threads: always those of which there is most. The first four of each are
/// kept. What a call takes is some 20 ns; memory is allocated ten times or so, until all is taken.
class TraceRecorder : public EmissionObserver {
 public:
  /// The bytes that an emission or a call takes in memory.
  static constexpr std::size_t kBytesPerSpan = 24;

  /// `max_spans`: emissions and calls to have memory for. Range: >= 1000, else it throws
  /// std::invalid_argument.
  explicit TraceRecorder(std::int64_t max_spans);
  ~TraceRecorder() override;

  std::size_t number_of_signal(std::string_view name) override;
  std::size_t number_of_slot(std::size_t signal, SlotInfo const& slot) override;
  void emission_begins(std::size_t signal, Time now) noexcept override;
  void call_ends(std::size_t slot, Time began, Time now) noexcept override;
  void emission_ends(std::size_t signal, Time began, Time now) noexcept override;

  /// The epoch that begins (in a handler of train_epoch_start) or the batch (of batch_start,
  /// validation_batch_start, ...) has this number. What is not told is not numbered.
  void tell_number(std::int64_t number) noexcept;

  /// What was recorded so far. May be called at any time, on any thread: what has not ended yet is
  /// told up to now if it is on this thread, else not at all.
  [[nodiscard]] Trace trace() const;

 private:
  struct Recording;
  std::unique_ptr<Recording> recording_;
};

}  // namespace sferic
