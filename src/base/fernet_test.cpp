// Fernet, against the vectors of its specification and another program's tokens.
#include "base/fernet.hpp"

#include <gtest/gtest.h>

namespace bedstone {
namespace {

// github.com/fernet/spec: verify.json and invalid.json.
constexpr char kKey[] = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
constexpr char kToken[] =
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4I"
    "wqDA==";

Secret secret(std::string_view text) {
  return Secret(std::string(text));
}

// shows: B7
TEST(Fernet, OpensWhatTheSpecificationOpens) {
  const auto value = open_fernet(secret(kKey), kToken);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(value->expose(), "hello");
  EXPECT_TRUE(is_fernet_token(kToken));
}

TEST(Fernet, RefusesWhatTheSpecificationRefuses) {
  for (const std::string_view token :
       {// An incorrect HMAC.
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQU"
        "FBQUFBQQ==",
        // Too short.
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==",
        // Not base64.
        "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-"
        "p1YsUD2Q==",
        // No multiple of the block.
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrf"
        "yudzUm",
        // Wrong padding.
        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIb"
        "kuKNqOhw==",
        // Another initialisation vector.
        "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TI"
        "vcZjK1zQ==",
        "", "hello"}) {
    const auto value = open_fernet(secret(kKey), token);
    ASSERT_FALSE(value) << token;
    EXPECT_EQ(value.error().code, ErrorCode::kFernetToken) << token;
    EXPECT_FALSE(value.error().hint.empty());
  }
}

TEST(Fernet, OpensWhatPythonMade) {
  // cryptography.fernet, with a fixed time and vector.
  const Secret key = secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  EXPECT_EQ(open_fernet(key,
                        "gAAAAAA7msoAAAAAAAAAAAAAAAAAAAAAAM1N-Y9qS0VXYKUjr6Boffxx-Umb1ElpbKhrog"
                        "T0uVvb372Qhdbcd1-tB1KmBIfb6w==")
                ->expose(),
            "");
  EXPECT_EQ(open_fernet(key,
                        "gAAAAAA7msoAAAECAwQFBgcICQoLDA0ODyFknf_xgCbK_wnWWlSmR4YvFdO5l1oR9UrgEs"
                        "vXX67wEUNnbho0inbji_D6O9WUja-Txs3BCnE39uRmCLr2jac")
                ->expose(),
            "pässword 0123456789");
}

TEST(Fernet, OpensNothingThatWasChangedOrIsOfAnotherKey) {
  const std::string token = kToken;
  // The last character's spare bits and the padding mean nothing.
  for (std::size_t i = 0; i + 3 < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_fernet(secret(kKey), changed)) << i;
  }
  EXPECT_EQ(open_fernet(secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), token).error().code,
            ErrorCode::kFernetToken);
}

TEST(Fernet, WantsAKeyOf32BytesAndShowsNothingOfIt) {
  for (const std::string_view key : {"", "short", "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4AAAA",
                                     "cw+0x689RpI/jtRR7oE8h/eQsKImvJapLeSbXpwF4e4="}) {
    const auto value = open_fernet(secret(key), kToken);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, ErrorCode::kFernetKey) << key;
    EXPECT_EQ((value.error().message + value.error().cause).find("cw"), std::string::npos);
  }
}

TEST(Fernet, KnowsATokenFromOtherTexts) {
  for (const std::string_view text : {"", "gAAAAA", "gAAAAA!", "enc1.k1.AAAA", "hunter2"})
    EXPECT_FALSE(is_fernet_token(text)) << text;
}

}  // namespace
}  // namespace bedstone
