/// A transfer, for people and for programs.
#pragma once

#include <string>

#include "bootstrap/transfer.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

void add_report(Page& page, const bootstrap::TransferReport& report);
std::string to_json(const bootstrap::TransferReport& report);

}  // namespace bedstone::cli
