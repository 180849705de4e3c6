/// SeedSet: what one file of the seeds folder says about the rows of one table.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/checked.hpp"
#include "base/environment.hpp"
#include "data/node.hpp"
#include "db/url.hpp"

namespace bedstone::seed {

/// What happens to rows that are there already, and to those that left the file.
enum class Mode { kInsert, kUpdate, kSync };

/// What makes a column's value. Nodes belong to the set's document, which outlives it.
struct Expression {
  enum class Kind {
    kField,        ///< `text`: a field of the row, or a path from it: "../../email".
    kLiteral,      ///< `node`, as it stands.
    kReference,    ///< `text`: a table; `parts`: the columns that name its row.
    kPassword,     ///< The hash of parts[0]; `required`: PASSWORD_SECRET must be set.
    kSecret,       ///< parts[0], encrypted.
    kGenerate,     ///< `text`: "password", "token", "hex"; `length` characters.
    kEnvironment,  ///< `text`: a variable's name.
    kFile,         ///< `text`: a path, from the project's folder.
    kUuid,         ///< A UUID that is the same for the same parts (of the table's key: none given).
    kNow,          ///< The time of the run.
  };
  Kind kind = Kind::kLiteral;
  const data::Node* node = nullptr;
  std::string text;
  std::vector<std::pair<std::string, Expression>> parts;
  std::vector<Expression> otherwise;  ///< None, or what counts when this one gives nothing (`or:`).
  bool required = false;
  std::size_t length = 0;  ///< 0: the default.
  Place place;

  // Out of line: `parts` is of a pair that holds this class, and is no type yet in here.
  Expression();
  Expression(const Expression& other);
  Expression(Expression&& other) noexcept;
  Expression& operator=(const Expression& other);
  Expression& operator=(Expression&& other) noexcept;
  ~Expression();

  /// Passwords, secrets, what is generated and the time of the run, here or in any part: written
  /// only with a new row, in every mode, and known to neither ledger nor digest.
  bool only_for_new_rows() const;
};

using Expressions = std::vector<std::pair<std::string, Expression>>;

/// Where the rows are.
struct RowsFrom {
  enum class Kind { kInline, kYaml, kJson, kNdjson, kCsv, kSql };
  Kind kind = Kind::kInline;
  std::string path;       ///< To be opened; empty for kInline.
  std::string shown;      ///< For people: as seen from the project's folder.
  std::string at;         ///< data::path's pattern; empty: the root, which is a list.
  Place place;            ///< Of `from:`.
  bool optional = false;  ///< A missing file is a warning, and the set is left out.
  // CSV:
  char delimiter = ',';
  std::string encoding = "utf-8";
  std::optional<std::string> null;  ///< The unquoted text that stands for NULL.
  bool header = true;
  std::vector<std::string> fields;  ///< Names of the columns where there is no header.
};

struct SeedSet {
  std::string name;   ///< "roles": the file's name without number and ending.
  std::string path;   ///< The set's file.
  std::string shown;  ///< The same for people: "seeds/10-roles.yaml".
  data::Document document;

  std::string table;
  Place table_place;
  std::vector<std::string> key;  ///< Empty: the table's primary key.
  Place key_place;
  Mode mode = Mode::kInsert;
  bool only_if_empty = false;
  bool ledger = true;
  /// Environments in which the set counts, of `when:` and of the file's name; empty: in all.
  std::vector<std::string> environments;
  /// Only for this engine: "search.sqlite.sql".
  std::optional<db::Engine> engine;
  RowsFrom from;
  const data::Node* rows = nullptr;    ///< kInline: a list of mappings.
  Expressions defaults;                ///< For fields that a row lacks.
  Expressions columns;                 ///< Whatever the row says.
  std::vector<std::string> ignore;     ///< Fields of the rows that are no columns.
  const data::Node* schema = nullptr;  ///< JSON Schema of one row, or null.
  /// Names of the environment variables that the set's text mentions or its expressions read,
  /// sorted.
  std::vector<std::string> variables;
};

/// What sets are read in.
struct SetContext {
  std::string project_folder;  ///< Paths in sets count from here.
  std::string env;             ///< "production"; may be empty.
  const Environment& environment;
};

/// Reads and checks one set's file; `${…}` is expanded in values. A data file that stands alone
/// (countries.csv) is a set of the table it is named after. All errors found, with their places:
/// kSeedSet, kUnknownKey, kUnsupportedVersion, those of expand_variables, data::parse_yaml and
/// files::read. Whether the set counts in the context's `env` is not looked at.
Checked<SeedSet> read_set(const std::string& path, const std::string& shown,
                          const SetContext& context);

struct SetList {
  std::vector<SeedSet> sets;
  /// Per file that could not be read: its errors. The others can still be used.
  std::vector<std::pair<std::string, Errors>> broken;
  /// Sets that count in other environments only, and in which; not read any further, so that
  /// variables which they alone need may be unset.
  std::vector<std::pair<std::string, std::vector<std::string>>> elsewhere;
};

/// The sets of a folder in the order of their files; files that another one takes its rows from are
/// none. A folder that is missing holds none. Of two sets of one name (kSeedDuplicate) neither is
/// listed, unless no environment and no engine knows both. Sets for one engine are all listed.
Result<SetList> list_sets(const std::string& folder, const std::string& shown,
                          const SetContext& context);

/// What a mapping in a row means for a column that holds no JSON: an expression, or nullopt when
/// none of its keys is one's name. The first error, if any.
Result<std::optional<Expression>> read_expression(const data::Node& node,
                                                  const data::Document& document);

}  // namespace bedstone::seed
