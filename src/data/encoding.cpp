// The encodings that spreadsheets write are decoded here; the rest is left to iconv.
#include "data/encoding.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "data/utf8.hpp"

namespace bedstone::data {
namespace {

std::size_t ascii_length(std::string_view bytes) {
  std::size_t length = 0;
  for (std::uint64_t eight = 0; bytes.size() - length >= sizeof eight; length += sizeof eight) {
    std::memcpy(&eight, bytes.data() + length, sizeof eight);
    if ((eight & 0x8080808080808080U) != 0) break;
  }
  while (length < bytes.size() && static_cast<unsigned char>(bytes[length]) < 0x80)
    ++length;
  return length;
}

class Utf8Decoder final : public Decoder {
 public:
  void decode(std::string_view bytes, bool /*last*/, std::string& out) override { out += bytes; }
};

class Utf16Decoder final : public Decoder {
 public:
  enum class Order { kUnknown, kLittle, kBig };
  explicit Utf16Decoder(Order order) : order_(order) {}

  void decode(std::string_view bytes, bool last, std::string& out) override {
    for (const char byte : bytes) {
      if (!half_unit_) {
        half_unit_ = static_cast<unsigned char>(byte);
        continue;
      }
      unit(*half_unit_, static_cast<unsigned char>(byte), out);
      half_unit_.reset();
    }
    if (last && (half_unit_ || high_ != 0)) out.push_back(kNoCharacter);
  }

 private:
  void unit(unsigned first, unsigned second, std::string& out) {
    if (order_ == Order::kUnknown) {
      const bool big = (first == 0xFE && second == 0xFF) || first == 0;
      order_ = big ? Order::kBig : Order::kLittle;
    }
    const char32_t value = order_ == Order::kBig ? first << 8 | second : second << 8 | first;
    const bool low = value >= 0xDC00 && value <= 0xDFFF;
    if (high_ != 0 && low) {
      append_utf8(out, 0x10000 + ((high_ - 0xD800) << 10) + (value - 0xDC00));
      high_ = 0;
      return;
    }
    if (high_ != 0 || low) out.push_back(kNoCharacter);
    high_ = value >= 0xD800 && value <= 0xDBFF ? value : 0;
    if (high_ == 0 && !low) append_utf8(out, value);
  }

  Order order_;
  std::optional<unsigned> half_unit_;
  char32_t high_ = 0;  ///< The first half of a pair, or 0.
};

/// Encodings of one byte per character whose first 128 are ASCII's.
class ByteDecoder final : public Decoder {
 public:
  /// What 0x80 to 0x9F mean; 0 is nothing. The bytes above are Latin-1's.
  using Middle = std::array<char16_t, 32>;
  explicit ByteDecoder(const Middle* middle) : middle_(middle) {}

  void decode(std::string_view bytes, bool /*last*/, std::string& out) override {
    for (;;) {
      // Most text is ASCII, and copied at once.
      const std::size_t plain = ascii_length(bytes);
      out += bytes.substr(0, plain);
      if (plain == bytes.size()) return;
      const auto byte = static_cast<unsigned char>(bytes[plain]);
      bytes.remove_prefix(plain + 1);
      const bool in_table = middle_ != nullptr && byte >= 0x80 && byte <= 0x9F;
      const char32_t point = in_table ? (*middle_)[byte - 0x80U] : byte;
      if (in_table && point == 0) {
        out.push_back(kNoCharacter);
      } else {
        append_utf8(out, point);
      }
    }
  }

 private:
  const Middle* middle_;
};

/// https://encoding.spec.whatwg.org/index-windows-1252.txt, but for the five bytes that mean
/// nothing.
constexpr ByteDecoder::Middle kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

class SystemDecoder final : public Decoder {
 public:
  explicit SystemDecoder(iconv_t converter) : converter_(converter) {}
  ~SystemDecoder() override { iconv_close(converter_); }

  void decode(std::string_view bytes, bool last, std::string& out) override {
    rest_ += bytes;
    char* in = rest_.data();
    std::size_t left = rest_.size();
    while (left > 0) {
      if (convert(&in, &left, out)) continue;
      if (errno == EINVAL && !last) break;  // The rest is the beginning of a character.
      if (errno == E2BIG) continue;
      out.push_back(kNoCharacter);
      ++in;
      --left;
    }
    rest_.erase(0, rest_.size() - left);
    if (last) convert(nullptr, nullptr, out);
  }

 private:
  bool convert(char** in, std::size_t* left, std::string& out) {
    std::array<char, 4096> buffer{};
    char* to = buffer.data();
    std::size_t room = buffer.size();
    errno = 0;
    const bool done = iconv(converter_, in, left, &to, &room) != static_cast<std::size_t>(-1);
    const int error = errno;
    out.append(buffer.data(), buffer.size() - room);
    errno = error;
    return done;
  }

  iconv_t converter_;
  std::string rest_;
};

std::string short_name(std::string_view encoding) {
  std::string name = text::to_lower(encoding);
  std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
  return name;
}

/// Without what iconv takes for more than a name: "//IGNORE", and nothing at all.
bool is_name(std::string_view encoding) {
  return !encoding.empty() && std::all_of(encoding.begin(), encoding.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_.:+()").find(c) != std::string_view::npos;
  });
}

Error unknown(std::string_view encoding) {
  const std::vector<std::string> names = {"utf-8",    "utf-16",  "utf-16le",
                                          "utf-16be", "latin-1", "windows-1252"};
  const auto near = text::nearest(text::to_lower(encoding), names);
  return Error(ErrorCode::kSeedSource,
               fmt::format("there is no encoding {}", text::printable(encoding)))
      .advise(
          near ? fmt::format("did you mean {}?", *near)
               : fmt::format("use {}, or a name that iconv --list shows", text::join(names, ", ")));
}

}  // namespace

Result<std::unique_ptr<Decoder>> Decoder::open(std::string_view encoding) {
  using Order = Utf16Decoder::Order;
  const std::string name = short_name(encoding);
  if (name == "utf8") return std::make_unique<Utf8Decoder>();
  if (name == "utf16") return std::make_unique<Utf16Decoder>(Order::kUnknown);
  if (name == "utf16le") return std::make_unique<Utf16Decoder>(Order::kLittle);
  if (name == "utf16be") return std::make_unique<Utf16Decoder>(Order::kBig);
  if (name == "latin1" || name == "iso88591") return std::make_unique<ByteDecoder>(nullptr);
  if (name == "windows1252" || name == "cp1252") {
    return std::make_unique<ByteDecoder>(&kWindows1252);
  }
  if (!is_name(encoding)) return fail(unknown(encoding));
  const iconv_t converter = iconv_open("UTF-8", std::string(encoding).c_str());
  // iconv_open's failure is that pointer by definition.
  if (converter == reinterpret_cast<iconv_t>(-1)) {  // NOLINT
    return fail(unknown(encoding));
  }
  return std::make_unique<SystemDecoder>(converter);
}

}  // namespace bedstone::data
