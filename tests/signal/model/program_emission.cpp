// The operations that emit and throw, and what a program does when it is called.

#include <optional>

#include "signal/model/program.hpp"

namespace sferic::test::model {

void Program::emit() {
  Place const& place = a_place();
  if (!place.signal || model_.depth() >= kDeepest) return;
  Event const event{decisions_.below(4)};
  bool const to_all = decisions_.one_in(8);
  note(to_all ? "emit_to_all " : "emit ", event.value, " on signal ", place.number);

  std::optional<int> error;
  model_.begin_emission(place.number, event, to_all);
  try {
    if (to_all) {
      place.signal->emit_to_all(event, [this](auto const& thrown) { handed_over(thrown); });
    } else {
      place.signal->emit(event);
    }
  } catch (Thrown const& thrown) {
    error = thrown.error;
    note("error ", *error, " leaves the emission");
  }
  expect(model_.end_emission(error));
  if (error && catchers_ > 0 && decisions_.one_in(2)) throw Thrown{*error};
}

void Program::throw_error() {
  if (catchers_ == 0) return;
  note("throw error ", errors_);
  throw Thrown{errors_++};
}

void Program::called(int slot, Event const& event) {
  if (!failure_.empty()) return;
  note("#", slot, " is called");
  expect(model_.begin_call(slot, event));
  if (!failure_.empty()) return;
  std::size_t const indent = indent_;
  ++catchers_;
  std::optional<int> error;
  try {
    act();
  } catch (Thrown const& thrown) {
    error = thrown.error;
  }
  --catchers_;
  indent_ = indent;
  model_.end_call(slot, error);
  if (error) throw Thrown{*error};
}

void Program::handed_over(std::exception_ptr const& error) {
  if (!failure_.empty()) return;
  std::optional<int> next;
  try {
    std::rethrow_exception(error);
  } catch (Thrown const& thrown) {
    note("error ", thrown.error, " is handed over");
    expect(model_.begin_error(thrown.error));
  }
  std::size_t const indent = indent_;
  ++catchers_;
  try {
    act();
  } catch (Thrown const& thrown) {
    next = thrown.error;
  }
  --catchers_;
  indent_ = indent;
  model_.end_error(next);
  if (next) throw Thrown{*next};
}

}  // namespace sferic::test::model
