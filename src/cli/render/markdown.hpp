/// The little Markdown that docs/errors uses, for terminals.
#pragma once

#include <string_view>

#include "cli/render/page.hpp"

namespace bedstone::cli {

/// Paragraphs and lists are wrapped to `width`; `code` and **strong** are coloured where colour is
/// wanted and keep their marks where it is not; indented and fenced code stays as it is.
void add_markdown(Page& page, std::string_view text, std::size_t width);

}  // namespace bedstone::cli
