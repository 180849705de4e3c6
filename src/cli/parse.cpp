// One pass over the words; every mistake is collected, not the first.
#include "cli/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "cli/suggest.hpp"

namespace bedstone::cli {
namespace {

class Parser {
 public:
  explicit Parser(std::span<const char* const> words) : words_(words) {}

  Invocation run() {
    while (next_ < words_.size() && call_.rest.empty())
      word();
    if (!call_.help && !call_.version) check_positionals();
    return std::move(call_);
  }

 private:
  void word() {
    const std::string_view text = words_[next_++];
    if (only_positionals_ || text.size() < 2 || text[0] != '-') {
      positional(text);
    } else if (text == "--") {
      only_positionals_ = true;
    } else if (text[1] == '-') {
      long_flag(text.substr(2));
    } else {
      letters(text.substr(1));
    }
  }

  void long_flag(std::string_view text) {
    const auto equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const FlagSpec* spec = find(name);
    if (spec == nullptr) {
      call_.errors.push_back(unknown_flag(name, call_.command));
      // What follows may be its value, and is then no command and no argument either.
      if (equals == std::string_view::npos) skip_value_of_unknown();
      return;
    }
    if (equals != std::string_view::npos) {
      if (spec->kind == ValueKind::kNone) {
        return usage(fmt::format("--{} takes no value", spec->name));
      }
      return give(*spec, text.substr(equals + 1));
    }
    if (spec->kind == ValueKind::kNone) return give(*spec, {});
    if (next_ == words_.size() || std::string_view(words_[next_]).starts_with("--")) {
      return usage(
          fmt::format("--{} needs a value: --{} {}", spec->name, spec->name, spec->metavar));
    }
    give(*spec, words_[next_++]);
  }

  void letters(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const FlagSpec* spec = find_letter(text[i]);
      if (spec == nullptr) {
        call_.errors.push_back(unknown_flag(text.substr(i, 1), call_.command));
        return;
      }
      if (spec->kind == ValueKind::kNone) {
        give(*spec, {});
        continue;
      }
      if (i + 1 < text.size()) return give(*spec, text.substr(text[i + 1] == '=' ? i + 2 : i + 1));
      if (next_ == words_.size()) {
        return usage(
            fmt::format("-{} needs a value: -{} {}", spec->letter, spec->letter, spec->metavar));
      }
      return give(*spec, words_[next_++]);
    }
  }

  void give(const FlagSpec& spec, std::string_view value) {
    if (spec.name == "help") call_.help = true;
    if (spec.name == "version") call_.version = true;
    check_value(spec, value);
    call_.flags.push_back({&spec, value});
  }

  void check_value(const FlagSpec& spec, std::string_view value) {
    switch (spec.kind) {
      case ValueKind::kNone:
        return;
      case ValueKind::kText:
      case ValueKind::kFolder:
      case ValueKind::kUrl:
        if (value.empty() && !spec.may_be_empty)
          usage(fmt::format("--{} has an empty value", spec.name));
        return;
      case ValueKind::kDuration:
        if (!text::parse_duration(value)) {
          usage(fmt::format("--{} is not a duration: {}", spec.name, quote_safely(value)),
                "write a number with a unit: 250ms, 60s, 5m or 1h");
        }
        return;
      case ValueKind::kCount: {
        const auto number = text::parse_integer(value);
        if (!number || *number < 1) {
          usage(fmt::format("--{} is not a whole number above zero: {}", spec.name,
                            quote_safely(value)));
        }
        return;
      }
      case ValueKind::kChoice:
        check_choice(fmt::format("--{}", spec.name), value, spec.choices);
        return;
    }
  }

  void check_choice(std::string_view what, std::string_view value,
                    std::span<const std::string_view> choices) {
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) return;
    const std::vector<std::string> names(choices.begin(), choices.end());
    const auto near = text::nearest(value, names);
    usage(fmt::format("{} cannot be {}", what, quote_safely(value)),
          near ? fmt::format("did you mean {}? (one of {})", *near, text::join(names, ", "))
               : fmt::format("one of {}", text::join(names, ", ")));
  }

  void positional(std::string_view text) {
    if (call_.command == nullptr) return command_word(text);
    if (is_word_of_group(text)) return;
    const auto& specs = call_.command->positionals;
    std::size_t index = call_.positionals.size();
    if (!specs.empty() && specs.back().arity == Arity::kMany) {
      index = std::min(index, specs.size() - 1);
    }
    const bool is_url = text.find("://") != std::string_view::npos;
    const bool too_many = index >= specs.size();
    // What a command looks up by name would be repeated when it is not found.
    if (too_many || (is_url && specs[index].arity == Arity::kMany && !specs[index].any_text)) {
      if (!unknown_flag_before_) {
        usage(fmt::format("`{}` takes no {} argument: {}", call_.command->name,
                          too_many ? "further" : "such", quote_safely(text)),
              is_url ? "a database is named by --database URL" : "");
      }
      return;
    }
    if (specs[index].arity == Arity::kRest) {
      call_.rest = words_.subspan(next_ - 1);
      return;
    }
    if (!specs[index].choices.empty()) check_choice(specs[index].name, text, specs[index].choices);
    call_.positionals.push_back(text);
  }

  void command_word(std::string_view text) {
    if (unknown_command_) return;
    if (call_.group == nullptr) {
      if (text == "help" && !only_positionals_) {
        call_.help = true;
        return;
      }
      call_.command = find_command(text);
      call_.group = find_group(text);
      if (call_.command != nullptr || call_.group != nullptr) return;
    } else {
      call_.command = find_command(fmt::format("{} {}", call_.group->name, text));
      if (call_.command != nullptr) return;
    }
    unknown_command_ = true;
    call_.errors.push_back(unknown_command(text, call_.group));
  }

  /// `seed` is a command, and `seed status` another: the word behind it decides, unless it stands
  /// behind `--`.
  bool is_word_of_group(std::string_view text) {
    const bool first = call_.positionals.empty() && call_.group != nullptr &&
                       call_.command->name == call_.group->name && !only_positionals_;
    if (!first) return false;
    const CommandSpec* command = find_command(fmt::format("{} {}", call_.group->name, text));
    if (command == nullptr) return false;
    call_.command = command;
    std::erase_if(call_.flags, [&](GivenFlag& given) {
      const std::string_view name = given.spec->name;
      given.spec = find(name);
      if (given.spec == nullptr) call_.errors.push_back(unknown_flag(name, command));
      return given.spec == nullptr;
    });
    return true;
  }

  void check_positionals() {
    if (call_.command == nullptr) return;
    const auto& specs = call_.command->positionals;
    for (std::size_t i = call_.positionals.size(); i < specs.size(); ++i) {
      const bool missing = specs[i].arity == Arity::kRequired ||
                           (specs[i].arity == Arity::kRest && call_.rest.empty());
      if (missing && !unknown_flag_before_) {
        usage(fmt::format("`{}` needs {}: {}", call_.command->name, specs[i].name, specs[i].help));
      }
    }
  }

  void skip_value_of_unknown() {
    unknown_flag_before_ = true;
    if (call_.command == nullptr && call_.group == nullptr && next_ < words_.size() &&
        words_[next_][0] != '-' && find_command(words_[next_]) == nullptr &&
        find_group(words_[next_]) == nullptr) {
      ++next_;
    }
  }

  const FlagSpec* find(std::string_view name) const {
    return find_if([name](const FlagSpec& flag) { return flag.name == name; });
  }
  const FlagSpec* find_letter(char letter) const {
    return find_if([letter](const FlagSpec& flag) { return flag.letter == letter; });
  }
  template <typename Match>
  const FlagSpec* find_if(Match match) const {
    const auto in = [&match](std::span<const FlagSpec> flags) -> const FlagSpec* {
      const auto found = std::find_if(flags.begin(), flags.end(), match);
      return found == flags.end() ? nullptr : &*found;
    };
    if (call_.command != nullptr) {
      if (const FlagSpec* own = in(call_.command->flags)) return own;
    }
    return in(global_flags());
  }

  void usage(std::string message, std::string hint = {}) {
    if (hint.empty() && call_.command != nullptr) {
      hint = fmt::format("bedstone {} --help", call_.command->name);
    }
    call_.errors.push_back(Error(ErrorCode::kUsage, std::move(message)).advise(std::move(hint)));
  }

  std::span<const char* const> words_;
  std::size_t next_ = 0;
  bool only_positionals_ = false;
  bool unknown_command_ = false;
  bool unknown_flag_before_ = false;
  Invocation call_;
};

}  // namespace

bool Invocation::has(std::string_view flag) const {
  return value(flag).has_value();
}

std::optional<std::string_view> Invocation::value(std::string_view flag) const {
  for (auto given = flags.rbegin(); given != flags.rend(); ++given) {
    if (given->spec->name == flag) return given->value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Invocation::values(std::string_view flag) const {
  std::vector<std::string_view> found;
  for (const GivenFlag& given : flags) {
    if (given.spec->name == flag) found.push_back(given.value);
  }
  return found;
}

std::optional<std::chrono::milliseconds> Invocation::duration(std::string_view flag) const {
  const auto given = value(flag);
  return given ? text::parse_duration(*given) : std::nullopt;
}

std::optional<std::int64_t> Invocation::count(std::string_view flag) const {
  const auto given = value(flag);
  return given ? text::parse_integer(*given) : std::nullopt;
}

std::optional<std::string_view> Invocation::positional(std::size_t index) const {
  if (index >= positionals.size()) return std::nullopt;
  return positionals[index];
}

Invocation parse(std::span<const char* const> words) {
  return Parser(words).run();
}

std::string quote_safely(std::string_view word) {
  const std::string lower = text::to_lower(word);
  for (const std::string_view sign : {"://", "password", "passwd", "secret", "token"}) {
    if (lower.find(sign) != std::string::npos) return "(not shown: it may hold a password)";
  }
  return text::shell_quote(text::excerpt(text::printable(word), 60));
}

}  // namespace bedstone::cli
