#include <sferic/profile/detail/phases.hpp>

namespace sferic::detail {

using enum Phase;

void Phases::emission_begins(EventRole const& role, Time now) noexcept {
  spent_ += now - since_;
  if (role.phase) end_phase(role);
  if (role.begins == Frame::kBatch) begin_step(now);
  if (role.begins == Frame::kValidation) validation_began_ = now;
}

void Phases::emission_ends(EventRole const& role, Time now) noexcept {
  since_ = now;
  if (role.phase) {
    phase_ = role.phase;
    phase_began_ = now;
    spent_ = Nanoseconds(0);
  }
  if (role.ends == Frame::kBatch) end_step(now);
  if (role.ends == Frame::kValidation && validation_began_) {
    times_[static_cast<std::size_t>(kValidation)].add(now - *validation_began_);
    validation_began_.reset();
  }
}

void Phases::end_phase(EventRole const& role) noexcept {
  if (!phase_) return;
  // A checkpoint that another thread goes on writing has no event at the end of what it took here.
  if (role.before && *phase_ != kCheckpoint) phase_ = role.before;
  times_[static_cast<std::size_t>(*phase_)].add(spent_);
}

/// The wait for the batch belongs to it.
void Phases::begin_step(Time now) noexcept {
  bool const has_waited = phase_ == kData;
  if (step_began_) end_step(has_waited ? phase_began_ : now);  // one that was left out
  step_began_ = has_waited ? phase_began_ : now;
}

void Phases::end_step(Time now) noexcept {
  if (step_began_) steps_.add(now - *step_began_);
  step_began_.reset();
}

}  // namespace sferic::detail
