#include <sferic/bus/wiring.hpp>

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <utility>

namespace sferic {

namespace {

constexpr std::size_t kColumns = 100;

char const* name(Order order) {
  constexpr char const* kNames[] = {"early", "normal", "late", "last"};
  return kNames[static_cast<int>(order)];
}

void pad(std::string& line, std::size_t column) {
  line.append(std::max(column, line.size() + 1) - line.size(), ' ');
}

/// Where the names and places of slots end, the longest ones.
struct Columns {
  std::size_t names = 0;
  std::size_t places = 0;
};

Columns columns_of(Wiring const& wiring) {
  constexpr std::size_t kBegin = 13;  // of names, behind the number and the group
  std::size_t name = 0;
  std::size_t place = 0;
  for (auto const& event : wiring.events) {
    for (auto const& slot : event.slots) {
      name = std::max(name, slot.name.size());
      place = std::max(place, slot.where.size());
    }
  }
  return {kBegin + name + 2, kBegin + name + 2 + place + 2};
}

std::string line_of(SlotInfo const& slot, std::size_t number, Columns const& columns) {
  std::string line = "  " + std::to_string(number);
  pad(line, 5);
  line += name(slot.order);
  pad(line, 13);
  line += slot.name;
  pad(line, columns.names);
  line += slot.where;
  pad(line, columns.places);
  for (auto const& [word, is_so] : {std::pair{slot.filter.c_str(), true},
                                    {"tracked", slot.tracked},
                                    {"blocked", slot.blocked}}) {
    if (is_so && *word != '\0') line += std::string(word) + "  ";
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

/// Names of events that nobody listens to, as many a line as there is room for.
class Unheard {
 public:
  void add(std::string const& event) {
    if (line_.size() + event.size() + 1 > kColumns) end_line();
    line_ += line_.empty() ? "- " : " ";
    line_ += event;
  }
  std::string take() {
    end_line();
    return std::exchange(text_, {});
  }

 private:
  void end_line() {
    if (!line_.empty()) text_ += std::exchange(line_, {}) + "\n";
  }
  std::string line_;
  std::string text_;
};

}  // namespace

std::string Wiring::text() const {
  Columns const columns = columns_of(*this);
  std::string text;
  Unheard unheard;
  for (auto const& [event, slots] : events) {
    if (slots.empty()) {
      unheard.add(event);
      continue;
    }
    text += unheard.take() + event + "\n";
    for (std::size_t i = 0; i < slots.size(); ++i) text += line_of(slots[i], i + 1, columns);
  }
  return text + unheard.take();
}

std::ostream& operator<<(std::ostream& out, Wiring const& wiring) { return out << wiring.text(); }

}  // namespace sferic
