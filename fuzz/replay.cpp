// Runs a fuzz target's inputs once, as a plain test.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

TEST(Replay, WhatFuzzingStartsFromAndHasFoundKeepsThePromises) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(BEDSTONE_SEEDS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string input{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    // A broken promise aborts: then this is the last line.
    std::fprintf(stderr, "%s\n", entry.path().c_str());
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    ++count;
  }
  EXPECT_GT(count, 0U) << "no inputs in " BEDSTONE_SEEDS;
}

}  // namespace
