// The JSON Schema test suite for draft 2020-12, as Debian's libtest-json-schema-acceptance-perl
// ships it: everything but what is named here.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <span>
#include <vector>

#include "base/test_support.hpp"
#include "data/json.hpp"
#include "data/json_schema.hpp"

namespace bedstone::data {
namespace {

namespace fs = std::filesystem;

const fs::path kSuite =
    "/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests/draft2020-12";

struct Skipped {
  std::string_view file;
  std::string_view group;  ///< Empty: all of them.
  std::string_view why;
};

// Their schemas are refused; the test fails when one no longer is.
constexpr std::array kRefused{
    Skipped{"anchor.json", "Location-independent identifier", "$anchor"},
    Skipped{"anchor.json", "Location-independent identifier with absolute URI", "$anchor"},
    Skipped{"anchor.json", "Location-independent identifier with base URI change in subschema",
            "$anchor"},
    Skipped{"anchor.json", "$anchor inside an enum is not a real identifier", "$anchor"},
    Skipped{"anchor.json", "same $anchor with different base uri", "$anchor"},
    Skipped{"anchor.json", "invalid anchors", "$anchor"},
    Skipped{"content.json", "", "contentEncoding and its like"},
    Skipped{"defs.json", "validate definition against metaschema", "$ref to the meta-schema"},
    Skipped{"dynamicRef.json", "", "$dynamicRef"},
    Skipped{"id.json", "Invalid use of fragments in location-independent $id",
            "$ref to the meta-schema"},
    Skipped{"id.json", "Valid use of empty fragments in location-independent $id",
            "$ref to the meta-schema"},
    Skipped{"id.json", "Unnormalized $ids are allowed but discouraged", "$ref to the meta-schema"},
    Skipped{"id.json", "$id inside an enum is not a real identifier", "$ref to a URI"},
    Skipped{"not.json", "collect annotations inside a 'not', even if collection is disabled",
            "unevaluatedProperties"},
    Skipped{"ref.json", "remote ref, containing refs itself", "$ref to the meta-schema"},
    Skipped{"ref.json", "Recursive references between schemas", "$ref to a URI"},
    Skipped{"ref.json", "ref creates new scope when adjacent to keywords", "unevaluatedProperties"},
    Skipped{"ref.json", "refs with relative uris and defs", "$id within"},
    Skipped{"ref.json", "relative refs with absolute uris and defs", "$id within"},
    Skipped{"ref.json", "$id must be resolved against nearest parent, not just immediate parent",
            "$id within"},
    Skipped{"ref.json", "order of evaluation: $id and $ref", "$id within"},
    Skipped{"ref.json", "order of evaluation: $id and $anchor and $ref", "$id within"},
    Skipped{"ref.json", "simple URN base URI with $ref via the URN", "$ref to a URI"},
    Skipped{"ref.json", "URN base URI with f-component", "$ref to the meta-schema"},
    Skipped{"ref.json", "URN base URI with URN and JSON pointer ref", "$ref to a URI"},
    Skipped{"ref.json", "URN base URI with URN and anchor ref", "$ref to a URI"},
    Skipped{"ref.json", "URN ref with nested pointer ref", "$ref to a URI"},
    Skipped{"ref.json", "ref to if", "$ref to a URI"},
    Skipped{"ref.json", "ref to then", "$ref to a URI"},
    Skipped{"ref.json", "ref to else", "$ref to a URI"},
    Skipped{"ref.json", "ref with absolute-path-reference", "$id within"},
    Skipped{"refRemote.json", "", "$ref to a URI"},
    Skipped{"unevaluatedItems.json", "", "unevaluatedItems"},
    Skipped{"unevaluatedProperties.json", "", "unevaluatedProperties"},
    Skipped{"unknownKeyword.json", "", "unknown keywords are mistakes here"},
    Skipped{"vocabulary.json", "", "other meta-schemas"},
    Skipped{"optional/cross-draft.json", "refs to historic drafts are processed as historic drafts",
            "other drafts"},
    Skipped{"optional/dependencies-compatibility.json", "", "dependencies, of an older draft"},
    Skipped{"optional/ecmascript-regex.json",
            "ECMA 262 regex escapes control codes with \\c and upper letter", "RE2 has no \\c"},
    Skipped{"optional/ecmascript-regex.json",
            "ECMA 262 regex escapes control codes with \\c and lower letter", "RE2 has no \\c"},
    Skipped{"optional/ecmascript-regex.json", "patterns always use unicode semantics with pattern",
            "RE2 has \\p{L}, not \\p{Letter}"},
    Skipped{"optional/ecmascript-regex.json",
            "patterns always use unicode semantics with patternProperties", "the same"},
    Skipped{"optional/ecmascript-regex.json", "pattern with non-ASCII digits",
            "RE2 has \\p{Nd}, not \\p{digit}"},
    Skipped{"optional/ecmascript-regex.json", "patternProperties with non-ASCII digits",
            "the same"},
    Skipped{"optional/ecmascript-regex.json", "\\a is not an ECMA 262 control escape",
            "$ref to the meta-schema"},
    Skipped{"optional/format-assertion.json", "", "other meta-schemas"},
    Skipped{"optional/format/unknown.json", "", "unknown formats are mistakes here"},
    Skipped{"optional/refOfUnknownKeyword.json", "", "unknown keywords are mistakes here"},
};

// Some of their cases come out otherwise.
constexpr std::array kDifferent{
    Skipped{"optional/ecmascript-regex.json", "ECMA 262 \\s matches whitespace",
            "RE2's \\s is of ASCII"},
    Skipped{"optional/ecmascript-regex.json", "ECMA 262 \\S matches everything but whitespace",
            "the same"},
    Skipped{"optional/format/duration.json", "", "an annotation here"},
    Skipped{"optional/format/hostname.json", "", "an annotation here"},
    Skipped{"optional/format/idn-email.json", "", "an annotation here"},
    Skipped{"optional/format/idn-hostname.json", "", "an annotation here"},
    Skipped{"optional/format/iri.json", "", "an annotation here"},
    Skipped{"optional/format/iri-reference.json", "", "an annotation here"},
    Skipped{"optional/format/json-pointer.json", "", "an annotation here"},
    Skipped{"optional/format/regex.json", "", "an annotation here"},
    Skipped{"optional/format/relative-json-pointer.json", "", "an annotation here"},
    Skipped{"optional/format/time.json", "", "an annotation here"},
    Skipped{"optional/format/uri-reference.json", "", "an annotation here"},
    Skipped{"optional/format/uri-template.json", "", "an annotation here"},
};

// The suite takes formats for mere annotations there; here these assert.
const std::set<std::string_view> kAnnotationsThere{
    "invalid email string is only an annotation by default",
    "invalid ipv4 string is only an annotation by default",
    "invalid ipv6 string is only an annotation by default",
    "invalid date string is only an annotation by default",
    "invalid date-time string is only an annotation by default",
    "invalid uri string is only an annotation by default",
    "invalid uuid string is only an annotation by default",
};

bool is_among(std::span<const Skipped> all, std::string_view file, std::string_view group) {
  return std::ranges::any_of(all, [&](const Skipped& skipped) {
    return skipped.file == file && (skipped.group.empty() || skipped.group == group);
  });
}

struct Count {
  int passed = 0;
  int refused = 0;
  int different = 0;
};

bool is_expected(const std::string& file, const Node& test) {
  if (file == "format.json" && kAnnotationsThere.contains(test.find("description")->text()))
    return false;
  return test.find("valid")->as_bool().value();
}

void run_group(const std::string& file, const Node& group, const Document& document, Count& count) {
  const std::string& name = group.find("description")->text();
  const auto schema = JsonSchema::compile(*group.find("schema"), document);
  if (is_among(kRefused, file, name)) {
    ++count.refused;
    EXPECT_FALSE(schema) << file << ": " << name << ": need not be skipped";
    return;
  }
  ASSERT_TRUE(schema) << file << ": " << name << "\n" << test::render(schema.error());
  int different = 0;
  for (const Node& test : group.find("tests")->items()) {
    Violations violations;
    schema->validate(*test.find("data"), violations);
    const bool as_expected = violations.found.empty() == is_expected(file, test);
    if (is_among(kDifferent, file, name)) {
      different += as_expected ? 0 : 1;
      continue;
    }
    EXPECT_TRUE(as_expected) << file << ": " << name << ": " << test.find("description")->text();
    for (const Violation& violation : violations.found) {
      EXPECT_FALSE(violation.message.empty() || violation.keyword.empty());
      EXPECT_GT(violation.mark.line, 1U);
    }
    ++count.passed;
  }
  if (!is_among(kDifferent, file, name)) return;
  EXPECT_GT(different, 0) << file << ": " << name << ": need not be skipped";
  count.different += different;
}

TEST(JsonSchemaSuite, IsPassedButForWhatIsNamed) {
  ASSERT_TRUE(fs::exists(kSuite)) << "apt-get install libtest-json-schema-acceptance-perl";
  Count count;
  std::set<std::string> seen;
  for (const auto& entry : fs::recursive_directory_iterator(kSuite)) {
    if (!entry.is_regular_file()) continue;
    const std::string file = entry.path().lexically_relative(kSuite).string();
    const auto document = read_json(entry.path().string());
    ASSERT_TRUE(document) << test::render(document.error());
    for (const Node& group : document->root.items()) {
      seen.insert(file + "|" + group.find("description")->text());
      seen.insert(file + "|");
      run_group(file, group, *document, count);
    }
  }
  std::vector<Skipped> skips(kRefused.begin(), kRefused.end());
  skips.insert(skips.end(), kDifferent.begin(), kDifferent.end());
  for (const Skipped& skipped : skips)
    EXPECT_TRUE(seen.contains(std::string(skipped.file) + "|" + std::string(skipped.group)))
        << "the suite has no " << skipped.file << ": " << skipped.group;
  std::printf("%d cases as expected, %d otherwise, %d groups refused\n", count.passed,
              count.different, count.refused);
  EXPECT_GT(count.passed, 1000);
}

}  // namespace
}  // namespace bedstone::data
