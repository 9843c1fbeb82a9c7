#pragma once

#include <string>

namespace sferic {

/// The loop of each task with its events, a line each as in event::loop::kLines: what is left out
/// at times in brackets, notes in a column beside. README shows it.
std::string loop_text();

}  // namespace sferic
