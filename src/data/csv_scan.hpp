/// Finds the next byte that means something in CSV, sixteen at a time where the processor can.
#pragma once

#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>

#include <bit>
#endif

namespace bedstone::data::csv {

/// How far the scanner reads beyond what it finds: the text must end with so many line feeds.
inline constexpr std::size_t kPadding = 16;

/// The first quote, line feed, carriage return, NUL or `delimiter` from `at` on; there must be one.
/// Clears `ascii` when a byte before it is not ASCII.
inline const char* next_special_bytewise(const char* at, char delimiter, bool& ascii) {
  for (;; ++at) {
    const char c = *at;
    if (c == delimiter || c == '"' || c == '\n' || c == '\r' || c == '\0') return at;
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  }
}

#if defined(__SSE2__)
inline const char* next_special(const char* at, char delimiter, bool& ascii) {
  const __m128i delimiters = _mm_set1_epi8(delimiter);
  const __m128i quotes = _mm_set1_epi8('"');
  const __m128i line_feeds = _mm_set1_epi8('\n');
  const __m128i returns = _mm_set1_epi8('\r');
  const __m128i zeros = _mm_setzero_si128();
  for (;; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, line_feeds), _mm_cmpeq_epi8(bytes, returns));
    const __m128i marks =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, delimiters), _mm_cmpeq_epi8(bytes, quotes));
    const __m128i found = _mm_or_si128(_mm_or_si128(ends, marks), _mm_cmpeq_epi8(bytes, zeros));
    const auto special = static_cast<std::uint32_t>(_mm_movemask_epi8(found));
    const auto high = static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
    // All bits below the lowest one of `special`; all of them when there is none.
    if ((high & (special - 1) & ~special) != 0) ascii = false;
    if (special != 0) return at + std::countr_zero(special);
  }
}
#else
inline const char* next_special(const char* at, char delimiter, bool& ascii) {
  return next_special_bytewise(at, delimiter, ascii);
}
#endif

}  // namespace bedstone::data::csv
