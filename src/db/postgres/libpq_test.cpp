#include "db/postgres/libpq.hpp"

#include <gtest/gtest.h>

namespace bedstone::db::postgres {
namespace {

TEST(LibPq, TheOverrideStandsAlone) {
  EXPECT_EQ(library_candidates("/opt/libpq.so", {"/usr/bin"}),
            std::vector<std::string>{"/opt/libpq.so"});
}

TEST(LibPq, TheSlimModuleIsSoughtBeforeTheSystemsLibrary) {
  const auto candidates = library_candidates("", {"/usr/bin", ""});
  ASSERT_GE(candidates.size(), 3U);
  EXPECT_EQ(candidates.front(), "/usr/bin/bedstone-libpq.so");
  EXPECT_EQ(candidates[1], "/usr/bin/../lib/bedstone/bedstone-libpq.so");
  EXPECT_EQ(candidates.back(), "libpq.so.5");
}

TEST(LibPq, AMissingLibraryIsNamedWithThePackageToInstall) {
  const auto loaded = LibPq::load_from("/nowhere/libpq.so.5");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, ErrorCode::kDriverMissing);
  EXPECT_NE(loaded.error().cause.find("/nowhere/libpq.so.5"), std::string::npos);
  EXPECT_NE(loaded.error().hint.find("apt-get install libpq5"), std::string::npos);
}

TEST(LibPq, ALibraryThatIsNotLibpqIsRefused) {
  const auto loaded = LibPq::load_from("libc.so.6");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, ErrorCode::kDriverMissing);
  EXPECT_NE(loaded.error().cause.find("has no PQ"), std::string::npos);
}

TEST(LibPq, TheSystemsLibraryHasEveryFunction) {
  const auto loaded = LibPq::load_from("libpq.so.5");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().cause;
  EXPECT_GE(loaded->PQlibVersion(), 140000);
  EXPECT_EQ(loaded->missing_package, nullptr);
}

#ifdef BEDSTONE_SLIM_MODULE
TEST(LibPq, TheSlimModuleHasEveryFunctionAndMissesNothingYet) {
  const auto loaded = LibPq::load_from(BEDSTONE_SLIM_MODULE);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().cause;
  EXPECT_GE(loaded->PQlibVersion(), 140000);
  ASSERT_NE(loaded->missing_package, nullptr);
  EXPECT_EQ(loaded->missing_package(), nullptr);
}
#endif

}  // namespace
}  // namespace bedstone::db::postgres
