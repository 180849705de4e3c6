/// Secret: a string that no formatter prints and that is wiped when it goes.
#pragma once

#include <string>
#include <string_view>

namespace bedstone {

/// Holds bytes that must not reach a log. Move-only; its memory is overwritten on destruction.
/// Reading needs the word `expose`, so that a search finds every use.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  std::string_view expose() const { return text_; }
  bool empty() const { return text_.empty(); }
  Secret clone() const { return Secret(text_); }

 private:
  void wipe() noexcept;
  std::string text_;
};

}  // namespace bedstone
