#include <sferic/bench/callback.hpp>

#include "my_callback.hpp"

auto const registered = sferic::bench::add_callback("MyCallback", [] { return MyCallback(); });
