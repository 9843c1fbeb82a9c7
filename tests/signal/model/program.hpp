#pragma once

#include <sferic/signal/signal.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "signal/model/decisions.hpp"
#include "signal/model/model.hpp"

namespace sferic::test::model {

/// What slots throw; each error has its own number.
struct Thrown {
  int error;
};

/// Runs a random program on signals and tells the model of each step. Slots, error handlers and
/// destructors run parts of the same program. After each operation the two are compared; the first
/// difference is the failure, and ends the program.
class Program {
 public:
  /// What is done is written to `trace`, if given.
  explicit Program(Decisions decisions, std::ostream* trace = nullptr)
      : decisions_(decisions), trace_(trace) {}
  Program(Program const&) = delete;
  Program& operator=(Program const&) = delete;
  ~Program() = default;

  void run();

  std::string const& failure() const { return failure_; }  ///< empty if there is none
  std::size_t operations() const { return operations_; }

  // Told by the handlers, by the captures in them, and by the objects that they track.
  void called(int slot, Event const& event);
  void captured(int slot) { ++living_[at(slot)]; }
  void released(int slot) noexcept;
  void owner_ends(int owner) noexcept;

 private:
  struct Operation {
    int weight;
    void (Program::*run)();
    bool from_destructors;  ///< whether destructors run it too
  };

  struct Place {
    std::unique_ptr<Signal<Event>> signal;
    int number = 0;                 ///< of the signal; a signal that moves takes it along
    bool is_disconnecting = false;  ///< many slots at once
  };

  struct Owner {
    Owner(Program& its_program, int its_number) : program(its_program), number(its_number) {}
    Owner(Owner const&) = delete;
    Owner& operator=(Owner const&) = delete;
    ~Owner() { program.owner_ends(number); }
    Program& program;
    int number;
  };

  template <class Real>
  struct Holder {
    Real real;
    Model::Slots slots;
  };

  static std::size_t at(int number) { return static_cast<std::size_t>(number); }

  void choose_operations();
  void act();  ///< a few operations, from within the user's code
  void step();
  void act_in_destructor() noexcept;
  void end_all();

  void connect();
  Slot choose_slot(int signal, std::shared_ptr<Owner>& owner);
  Connection connect_as(Signal<Event>& signal, int slot, Slot const& as, int handler,
                        std::weak_ptr<Owner> const& owner);

  void emit();
  void throw_error();
  void handed_over(std::exception_ptr const& error);

  void disconnect();
  void block();
  void unblock();
  void drop_owner();
  void scope();
  void move_scoped();
  void group();
  void move_group();
  void end_group();

  void make_signal();
  void move_signal();
  void end_signal();
  void disconnect_order();
  void disconnect_all();
  void count_slots();

  Place& a_place();
  std::optional<int> a_slot();
  std::size_t a_holder() { return at(decisions_.below(kHolders)); }
  template <class Work>
  void disconnecting(Model::Slots const& slots, Work work);

  void expect(Model::Complaint const& complaint);
  void compare();
  bool compare(int slot);  ///< whether something can still happen to the slot
  template <class... Parts>
  void note(Parts const&... parts);

  static constexpr int kPlaces = 3;
  static constexpr int kOwners = 4;
  static constexpr int kHolders = 4;
  static constexpr std::size_t kDeepest = 5;      ///< nested emissions
  static constexpr std::size_t kMostSlots = 150;  ///< before a new burst

  Decisions decisions_;
  std::ostream* trace_;
  std::string failure_;
  std::size_t operations_ = 0;
  std::vector<Operation> choices_;  ///< each as often as it weighs
  std::size_t indent_ = 0;
  int errors_ = 0;
  int catchers_ = 0;     ///< emissions that an exception would end, up to the next destructor
  int destructors_ = 0;  ///< that are running operations

  Model model_;
  std::vector<int> living_;              ///< captures of each slot
  std::vector<bool> acts_at_its_end_;    ///< whether the destructor of the captures does something
  std::vector<Connection> connections_;  ///< of each slot
  std::vector<int> open_;                ///< the slots to which something can still happen
  std::vector<bool> owner_ended_;
  int signals_ = 0;

  std::array<Place, kPlaces> places_;
  std::array<std::shared_ptr<Owner>, kOwners> owners_;
  std::array<Holder<Blocker>, kHolders> blockers_;
  std::array<Holder<ScopedConnection>, kHolders> scoped_;
  std::array<Holder<Subscription>, kHolders> groups_;
};

/// Runs `work`, which disconnects these slots one after the other.
template <class Work>
void Program::disconnecting(Model::Slots const& slots, Work work) {
  model_.begin_disconnect(slots);
  work();
  model_.end_disconnect(slots);
}

template <class... Parts>
void Program::note(Parts const&... parts) {
  if (trace_ == nullptr) return;
  *trace_ << std::string(2 * indent_, ' ');
  ((*trace_ << parts), ...);
  *trace_ << std::endl;  // flushed: the next thing may be a crash
}

}  // namespace sferic::test::model
