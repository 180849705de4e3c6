// shows: B3, B11, K2
#include "bedstone/runtime_config.hpp"

#include <sstream>

#include "config/snapshot.hpp"
#include "config/test_support.hpp"

namespace bedstone::config {
namespace {

constexpr std::string_view kFile = R"(
unknown: keep
settings:
  app_mode: {type: enum, values: [unconfigured, local, workos], default: unconfigured}
  bind_address: {type: string, default: 127.0.0.1}
  port: {type: int, default: 8884}
  database_path: {type: string, default: data/hub.db}
  allowed_origins: {type: list, items: url, default: []}
  enable_hsts: {type: bool, default: false}
  csp_report_uri: {type: url}
  super_admin_emails: {type: list, items: email, default: []}
  workos_cookie_password: {type: string, secret: true}
  ratio: {type: float, default: 0.5}
  pause: {type: duration, default: 90s}
  limit: {type: size, default: 16MiB}
  levels: {type: list, items: int, default: [1, 2]}
  more: {type: json, default: {a: 1}}
  keys: {type: list, secret: true}
)";

RuntimeConfig of(std::vector<store::ConfigRow> rows, std::string_view file = kFile) {
  auto declared = std::make_shared<const Settings>(read(file));
  Resolution resolution = resolve(*declared, {3, std::move(rows)}, Environment(), {});
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->values = make_values(declared, std::move(resolution), nullptr);
  snapshot->newest_revision = 3;
  return SnapshotAccess::make(snapshot);
}

template <typename T>
std::string refusal(const Result<T>& result) {
  if (result) return "given";
  return fmt::format("{} {} -> {}", code_name(result.error().code), result.error().message,
                     result.error().hint);
}

TEST(RuntimeConfig, EveryTypeIsReadAsWhatItIs) {
  const RuntimeConfig config = of({{"port", "0"}, {"enable_hsts", "true"}});
  EXPECT_EQ(config.get<std::int64_t>("port").value(), 0) << "0 is a value";
  EXPECT_EQ(config.get<double>("port").value(), 0.0);
  EXPECT_EQ(config.get<bool>("enable_hsts").value(), true);
  EXPECT_EQ(config.get<double>("ratio").value(), 0.5);
  EXPECT_EQ(config.get<std::chrono::milliseconds>("pause").value(), std::chrono::seconds(90));
  EXPECT_EQ(config.get<ByteSize>("limit").value(), ByteSize{16 << 20});
  EXPECT_EQ(config.get<std::string>("more").value(), R"({"a":1})");
  EXPECT_EQ(config.get<std::vector<std::string>>("levels").value(),
            (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(config.revision(), 3);
  EXPECT_EQ(config.names().size(), 15U);
  EXPECT_TRUE(config.has("port"));
  EXPECT_FALSE(config.has("csp_report_uri"));
  EXPECT_FALSE(config.has("prot"));
}

TEST(RuntimeConfig, TheFieldsOfTheHubHaveNames) {
  const RuntimeConfig config = of({{"allowed_origins", "https://a.example,https://b.example"},
                                   {"workos_cookie_password", "canary"},
                                   {"bind_address", "::"}});
  EXPECT_EQ(config.host().value(), "::");
  EXPECT_EQ(config.port().value(), 8884);
  EXPECT_EQ(config.database_path().value(), "data/hub.db");
  EXPECT_EQ(config.allowed_origins().value().size(), 2U);
  EXPECT_FALSE(config.enable_hsts().value());
  EXPECT_EQ(config.csp_report_uri().value(), std::nullopt);
  EXPECT_TRUE(config.super_admin_emails().value().empty());
  EXPECT_EQ(config.workos_cookie_password().value().get().expose(), "canary");
  EXPECT_EQ(config.app_mode().value(), "unconfigured");
  EXPECT_EQ(of({}, "settings: {host: {type: string, default: h}}").host().value(), "h");
  EXPECT_EQ(of({{"csp_report_uri", "https://r.example/"}}).csp_report_uri().value(),
            "https://r.example/");
}

TEST(RuntimeConfig, WhatCannotBeReadSaysWhy) {
  const RuntimeConfig config = of({});
  EXPECT_EQ(refusal(config.get<bool>("prot")),
            "BED0903 there is no setting prot -> did you mean port?");
  EXPECT_EQ(refusal(config.get<bool>("port")),
            "BED0940 port is of the type int, and not read as bool -> ask for it with "
            "get<std::int64_t>(\"port\")");
  EXPECT_EQ(refusal(config.get<std::string>("workos_cookie_password")),
            "BED0940 workos_cookie_password is a secret, and not read as std::string -> ask for "
            "it with secret(\"workos_cookie_password\")");
  EXPECT_EQ(refusal(config.key<ByteSize>("pause")),
            "BED0940 pause is of the type duration, and not read as bedstone::ByteSize -> ask for "
            "it with get<std::chrono::milliseconds>(\"pause\")");
  EXPECT_EQ(refusal(config.secret("port")),
            "BED0940 port is of the type int, and not read as a secret -> ask for it with "
            "get<std::int64_t>(\"port\")");
  EXPECT_EQ(config.get<std::string>("csp_report_uri").error().code, ErrorCode::kSettingMissing);
  EXPECT_EQ(config.secret("workos_cookie_password").error().code, ErrorCode::kSettingMissing);
  const RuntimeConfig bad = of({{"port", "many"}});
  EXPECT_EQ(bad.get<std::int64_t>("port").error().code, ErrorCode::kSettingValue);
}

TEST(RuntimeConfig, KeysServeEverySnapshotOfTheirDeclarations) {
  const RuntimeConfig config = of({{"port", "1"}});
  const auto port = config.key<std::int64_t>("port").value();
  EXPECT_EQ(config.get(port).value(), 1);
  EXPECT_EQ(port.name(), "port");
  EXPECT_EQ(of({{"port", "2"}}).get(port).value(), 2) << "of other declarations: by its name";
  EXPECT_EQ(of({}, "settings: {port: {type: string, default: x}}").get(port).error().code,
            ErrorCode::kSettingType);
  EXPECT_EQ(RuntimeConfig().get(port).error().code, ErrorCode::kUnknownSetting);
}

TEST(RuntimeConfig, NoSecretIsShown) {
  const RuntimeConfig config = of({{"workos_cookie_password", "canary"},
                                   {"keys", "canary-a,canary-b"},
                                   {"kept", "canary"},
                                   {"port", "9"}});
  EXPECT_EQ(config.secret("keys").value().get().expose(), R"(["canary-a","canary-b"])");
  EXPECT_EQ(config.get<std::string>("kept").value(), "canary");
  std::ostringstream out;
  out << config;
  EXPECT_EQ(out.str().find("canary"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("port = 9 [database]\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("workos_cookie_password = ******** [database]\n"), std::string::npos);
  EXPECT_NE(out.str().find("csp_report_uri = (none) [none]\n"), std::string::npos);
}

TEST(RuntimeConfig, SuperAdminsAreComparedWithoutCaseAndBlanks) {
  const RuntimeConfig config = of({{"super_admin_emails", "Ann@Example.com,bob@example.com"}});
  EXPECT_TRUE(is_super_admin(config, "ann@example.COM"));
  EXPECT_TRUE(is_super_admin(config, " bob@example.com\n"));
  EXPECT_FALSE(is_super_admin(config, "an@example.com"));
  EXPECT_FALSE(is_super_admin(config, ""));
  EXPECT_FALSE(is_super_admin(RuntimeConfig(), "ann@example.com"));
}

TEST(Snapshot, WhatIsMissingStopsOnlyWhoWasConfigured) {
  constexpr std::string_view kNeeds =
      "configured_when: {mode: on}\nsettings:\n  mode: {type: enum, values: ['on', 'off'], "
      "default: 'off'}\n  host: {type: string, required: true}\n  port: {type: int}\n";
  const Settings settings = read(kNeeds);
  const auto reasons = [&](std::vector<store::ConfigRow> rows, bool configured) {
    const Resolution resolution = resolve(settings, {1, std::move(rows)}, Environment(), {});
    std::string text;
    for (const Error& error : reasons_against(settings, resolution, configured))
      text += code_name(error.code) + " ";
    return text;
  };
  EXPECT_EQ(reasons({}, false), "");
  EXPECT_EQ(reasons({{"mode", "on"}}, false), "");
  EXPECT_EQ(reasons({{"mode", "on"}}, true), "BED0904 ");
  EXPECT_EQ(reasons({}, true), "") << "somebody began anew";
  EXPECT_EQ(reasons({{"mode", "on"}, {"host", "h"}, {"port", "x"}}, true), "BED0902 ");
  EXPECT_EQ(reasons({{"newer", "1"}, {"host", "h"}}, true), "") << "a newer release's";
}

TEST(Snapshot, ChangesAreNamedInTheOrderOfTheFile) {
  const auto values = [](const RuntimeConfig& config) {
    return SnapshotAccess::of(config)->values;
  };
  const auto before = values(of({{"port", "1"}, {"kept", "1"}, {"gone", "1"}}));
  const auto after = values(of({{"port", "2"}, {"kept", "2"}, {"bind_address", "::"}}));
  EXPECT_EQ(changed_keys(*before, *after),
            (std::vector<std::string>{"bind_address", "port", "kept", "gone"}));
  EXPECT_TRUE(changed_keys(*before, *before).empty());
}

}  // namespace
}  // namespace bedstone::config
