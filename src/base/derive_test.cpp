// Derived keys, against Python's hashlib and argon2-cffi.
#include "base/derive.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <numeric>

namespace bedstone {
namespace {

std::string hex(const Secret& bytes) {
  std::array<char, 2 * kKeyBytes + 1> text{};
  EXPECT_EQ(bytes.expose().size(), kKeyBytes);
  sodium_bin2hex(text.data(), text.size(),
                 reinterpret_cast<const unsigned char*>(bytes.expose().data()), kKeyBytes);
  return text.data();
}

TEST(Derive, MakesWhatOtherProgramsMake) {
  std::string bytes(kKeyBytes, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  EXPECT_EQ(key_fingerprint(Secret(bytes)), "UdZxf-CvbgoBEoly");
  const auto key =
      key_of_passphrase(Secret(std::string("correct horse battery staple")), "instance-1");
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(hex(*key), "83917f1bb0d1d24ddb0a2dee1b0434d2f51d2da5504d44f99c600fc4de54b20e");
  EXPECT_EQ(hex(key_of_machine("0123456789abcdef0123456789abcdef", "instance-1")),
            "5575f589655d6351b1ddc12197ada1868f50baf4c018f90643e16aa499862b5b");
}

TEST(Derive, DependsOnEverything) {
  const std::string first = hex(key_of_machine("machine-1", "instance-1"));
  EXPECT_NE(first, hex(key_of_machine("machine-2", "instance-1")));
  EXPECT_NE(first, hex(key_of_machine("machine-1", "instance-2")));
  EXPECT_NE(key_fingerprint(random_key()), key_fingerprint(random_key()));
}

}  // namespace
}  // namespace bedstone
