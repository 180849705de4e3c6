/// Files that were made part of the program when it was built (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace bedstone::cli {

struct EmbeddedFile {
  std::string_view path;  ///< Relative to the folder that was embedded.
  std::string_view text;
};

/// docs/errors
std::span<const EmbeddedFile> error_pages();
/// templates/blank
std::span<const EmbeddedFile> blank_template();
/// examples/hub
std::span<const EmbeddedFile> hub_template();

}  // namespace bedstone::cli
