#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sferic::detail {

/// A field of a table as RFC 4180 has it: in quotes where it has to be.
std::string csv_field(std::string_view text);

/// The shortest decimal number that is read as the same double; "nan", "inf", "-inf".
std::string csv_number(double value);

/// The fields of one record, which may end with its end of line.
std::vector<std::string> csv_fields(std::string_view record);

}  // namespace sferic::detail
