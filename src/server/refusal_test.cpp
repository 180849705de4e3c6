// shows: B12, B14
#include "server/refusal.hpp"

#include <gtest/gtest.h>

namespace bedstone::server {
namespace {

TEST(Refusal, AnErrorIsAboutTheSettingThatItsSentenceNamesFirst) {
  const std::vector<std::string> names{"port", "app_mode",  "workos_client_id", "given",
                                       "smtp", "smtp.port", "allowed_origins"};
  const auto about = [&](const char* sentence) {
    return setting_of(Error(ErrorCode::kSettingValue, sentence), names);
  };
  EXPECT_EQ(about("port is out of bounds"), "port");
  EXPECT_EQ(about("allowed_origins/0: must be a URL"), "allowed_origins");
  EXPECT_EQ(about("allowed_origins[1] is no URL"), "allowed_origins");
  EXPECT_EQ(about("workos_client_id has no value, and must have one while app_mode is workos"),
            "workos_client_id");
  EXPECT_EQ(about("what was given for port is a mask or encrypted, not the secret"), "port");
  EXPECT_EQ(about("there is no setting smtp"), "smtp");
  EXPECT_EQ(about("smtp.port is out of bounds"), "smtp.port");
  EXPECT_EQ(about("smtp was changed meanwhile."), "smtp");
  EXPECT_EQ(about("the server does not support this report"), "");
}

TEST(Refusal, AllIsToldAndAnUnknownNameIsAFaultOfTheBody) {
  const Response response = refusal({Error(ErrorCode::kUnknownSetting, "there is no setting prot"),
                                     Error(ErrorCode::kSettingValue, "port is out of bounds")},
                                    {"prot", "port"});
  EXPECT_EQ(response.status, 422);
  EXPECT_NE(response.body->find(R"("setting": "prot")"), std::string::npos) << *response.body;
  EXPECT_NE(response.body->find(R"("setting": "port")"), std::string::npos) << *response.body;
}

}  // namespace
}  // namespace bedstone::server
