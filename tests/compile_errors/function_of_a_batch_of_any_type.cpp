// expect-error: sferic: a function of the batch must name the batch's type
#include <sferic/callbacks/detail/batch_function.hpp>

sferic::detail::BatchFunction<int> const one = [](auto const&) { return 1; };
