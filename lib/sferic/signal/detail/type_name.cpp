#include <sferic/signal/detail/type_name.hpp>

#include <boost/core/demangle.hpp>

namespace sferic::detail {

std::string type_name(std::type_info const& type) { return boost::core::demangle(type.name()); }

}  // namespace sferic::detail
