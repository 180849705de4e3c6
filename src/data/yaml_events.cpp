// libyaml's events, checked. The only file that knows libyaml.
#include "data/yaml_events.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "data/text_places.hpp"

namespace bedstone::data {
namespace {

/// What to do about the more frequent of libyaml's complaints.
std::string_view advice_for(std::string_view problem, char at, char after) {
  struct Row {
    std::string_view problem, advice;
  };
  static constexpr std::array<Row, 8> kAdvice{{
      {"found unexpected ':'",
       "between { } and [ ] put quotes around text that holds :: or ends with a colon"},
      {"mapping values are not allowed in this context",
       "put quotes around text that holds a colon and a space, and check the line's indentation"},
      {"did not find expected key",
       "check the indentation of this line, and the quotes and brackets of those above it"},
      {"did not find expected '-' indicator",
       "begin every item of the list with \"- \", all at the same depth"},
      {"could not find expected ':'",
       "put a colon and a space after the key; text of several lines needs quotes or |"},
      {"found unexpected end of stream", "close the quote that was opened"},
      {"found unexpected document indicator", "close the quote that was opened"},
      {"control characters are not allowed",
       "write the character as an escape in double quotes, such as \"\\x07\""},
  }};
  if (problem.starts_with("did not find expected ','")) {
    if (at == '{') return "between { } and [ ] put quotes around ${…}: \"${NAME}\"";
    return "put a comma between the items, or close the bracket; quote text with , { } [ ]";
  }
  if (problem == "found character that cannot start any token") {
    if (at == '\t') return "indent with spaces: YAML allows no tabs there";
    return "put quotes around text that begins with this character";
  }
  if (at == '\t' || after == '\t') return "indent with spaces: YAML allows no tabs there";
  for (const Row& row : kAdvice) {
    if (row.problem == problem) return row.advice;
  }
  return "check the quotes, colons and indentation around this place";
}

/// Turns libyaml's stream into a list of events and finds what can be found without expanding.
class EventReader {
 public:
  EventReader(const std::string& file, std::string_view text, const Limits& limits)
      : file_(file), text_(text), limits_(limits), places_(text) {}

  Checked<YamlEvents> read() &&;

 private:
  struct Frame {
    std::uint32_t event;
    bool mapping;
    bool at_key = true;
    std::vector<std::uint32_t> keys;
  };

  Mark mark_of(const yaml_mark_t& mark) { return places_.mark(mark.line, mark.column); }
  Mark start_of(const yaml_event_t& event) { return mark_of(event.start_mark); }
  bool take(const yaml_event_t& event);
  bool begin_document(const yaml_event_t& event);
  void take_scalar(const yaml_event_t& event);
  void take_alias(const yaml_event_t& event);
  bool begin_container(const yaml_event_t& event, YamlEvent::Kind kind);
  void end_container();
  /// Adds an event as the next key or value of what is open.
  std::uint32_t add(YamlEvent event, const yaml_char_t* anchor);
  void check_tag(const yaml_char_t* tag, const Mark& mark);
  void check_keys(const Frame& frame);
  void duplicate_key(std::string_view key, std::uint32_t before, std::uint32_t again);
  void syntax_error(const yaml_parser_t& parser);
  void complain(ErrorCode code, const Mark& mark, std::string message, std::string hint);

  const std::string& file_;
  std::string_view text_;
  const Limits& limits_;
  TextPlaces places_;
  std::vector<YamlEvent> events_;
  std::vector<Frame> frames_;
  std::unordered_map<std::string, std::uint32_t> anchors_;
  Errors errors_;
  std::size_t values_ = 0;
  bool document_seen_ = false;
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

void EventReader::complain(ErrorCode code, const Mark& mark, std::string message,
                           std::string hint) {
  errors_.push_back(
      Error(code, std::move(message)).advise(std::move(hint)).at(file_, mark.line, mark.column));
}

Checked<YamlEvents> EventReader::read() && {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) {
    complain(ErrorCode::kYamlLimit, {}, fmt::format("no memory is left to read {}", file_),
             "free some memory, then run the same command again");
    return fail(std::move(errors_));
  }
  const std::unique_ptr<yaml_parser_t, void (*)(yaml_parser_t*)> owner(&parser, yaml_parser_delete);
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text_.data()),
                               text_.size());
  for (bool more = true; more;) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      syntax_error(parser);
      break;
    }
    more = event.type != YAML_STREAM_END_EVENT && take(event);
    yaml_event_delete(&event);
  }
  // After a syntax error some mappings are still open.
  for (const Frame& frame : frames_)
    check_keys(frame);
  std::stable_sort(errors_.begin(), errors_.end(), [](const Error& a, const Error& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  if (!errors_.empty()) return fail(std::move(errors_));
  return YamlEvents{std::move(events_), !anchors_.empty()};
}

bool EventReader::take(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      return begin_document(event);
    case YAML_SCALAR_EVENT:
      take_scalar(event);
      break;
    case YAML_ALIAS_EVENT:
      take_alias(event);
      break;
    case YAML_SEQUENCE_START_EVENT:
      if (!begin_container(event, YamlEvent::Kind::kSequence)) return false;
      break;
    case YAML_MAPPING_START_EVENT:
      if (!begin_container(event, YamlEvent::Kind::kMapping)) return false;
      break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      end_container();
      break;
    default:
      break;
  }
  if (values_ <= limits_.nodes) return true;
  complain(ErrorCode::kYamlLimit, start_of(event),
           fmt::format("{} holds more than {} values", file_, limits_.nodes),
           "split the file, or keep the data as .csv or .ndjson");
  return false;
}

bool EventReader::begin_document(const yaml_event_t& event) {
  if (!std::exchange(document_seen_, true)) return true;
  complain(ErrorCode::kYamlSyntax, start_of(event),
           fmt::format("{} holds several YAML documents", file_),
           "keep one document per file: remove this --- and what follows, or move it to a file of "
           "its own");
  return false;
}

void EventReader::take_scalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  YamlEvent result;
  result.kind = YamlEvent::Kind::kScalar;
  result.mark = start_of(event);
  result.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
  const std::string_view tag = view(scalar.tag);
  const bool plain_style = scalar.style == YAML_PLAIN_SCALAR_STYLE;
  const bool forced_text = tag == "!" || tag == YAML_STR_TAG;
  result.plain = !forced_text && (plain_style || !tag.empty());
  const bool flow_quotes = scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                           scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  const std::size_t quotes = flow_quotes ? 2 : 0;
  result.verbatim = tag.empty() && scalar.anchor == nullptr && places_.ascii() &&
                    (plain_style || flow_quotes) && event.start_mark.line == event.end_mark.line &&
                    event.end_mark.index - event.start_mark.index == scalar.length + quotes;
  check_tag(scalar.tag, result.mark);
  add(std::move(result), scalar.anchor);
}

void EventReader::take_alias(const yaml_event_t& event) {
  YamlEvent result;
  result.kind = YamlEvent::Kind::kAlias;
  result.mark = start_of(event);
  const std::string_view name = view(event.data.alias.anchor);
  const auto anchor = anchors_.find(std::string(name));
  if (anchor == anchors_.end()) {
    complain(ErrorCode::kYamlSyntax, result.mark, "this alias stands for nothing",
             "mark the value it means with &NAME above it; quote text that begins with *");
  } else {
    result.target = anchor->second;
    const bool open = std::any_of(frames_.begin(), frames_.end(),
                                  [&](const Frame& f) { return f.event == anchor->second; });
    if (open) {
      complain(ErrorCode::kYamlSyntax, result.mark,
               "this alias stands inside the very value that it names",
               "write out what is meant here");
    }
  }
  add(std::move(result), nullptr);
}

bool EventReader::begin_container(const yaml_event_t& event, YamlEvent::Kind kind) {
  const bool mapping = kind == YamlEvent::Kind::kMapping;
  YamlEvent result;
  result.kind = kind;
  result.mark = start_of(event);
  if (frames_.size() >= limits_.depth) {
    complain(ErrorCode::kYamlLimit, result.mark,
             fmt::format("{} is nested deeper than {} levels", file_, limits_.depth),
             "is it the right file?");
    return false;
  }
  const auto& mapping_start = event.data.mapping_start;
  const auto& sequence_start = event.data.sequence_start;
  if (!frames_.empty() && frames_.back().mapping && frames_.back().at_key) {
    complain(ErrorCode::kYamlSyntax, result.mark,
             fmt::format("a key is {}", mapping ? "a mapping" : "a list"),
             "write keys as plain text; quote a key that begins with { or [");
  }
  check_tag(mapping ? mapping_start.tag : sequence_start.tag, result.mark);
  const auto index = add(std::move(result), mapping ? mapping_start.anchor : sequence_start.anchor);
  frames_.push_back({index, mapping, true, {}});
  return true;
}

void EventReader::end_container() {
  check_keys(frames_.back());
  events_.emplace_back();
  frames_.pop_back();
}

std::uint32_t EventReader::add(YamlEvent event, const yaml_char_t* anchor) {
  const auto index = static_cast<std::uint32_t>(events_.size());
  if (!frames_.empty() && frames_.back().mapping) {
    Frame& frame = frames_.back();
    if (frame.at_key) frame.keys.push_back(index);
    frame.at_key = !frame.at_key;
  }
  events_.push_back(std::move(event));
  ++values_;
  if (anchor != nullptr) anchors_[std::string(view(anchor))] = index;
  return index;
}

void EventReader::check_tag(const yaml_char_t* tag, const Mark& mark) {
  static constexpr std::array<std::string_view, 8> kKnown{
      "!",          YAML_STR_TAG,   YAML_NULL_TAG, YAML_BOOL_TAG,
      YAML_INT_TAG, YAML_FLOAT_TAG, YAML_SEQ_TAG,  YAML_MAP_TAG};
  if (tag == nullptr || std::find(kKnown.begin(), kKnown.end(), view(tag)) != kKnown.end()) return;
  complain(ErrorCode::kYamlSyntax, mark, "this tag has no meaning here",
           "remove it; quote text that begins with !");
}

void EventReader::check_keys(const Frame& frame) {
  if (!frame.mapping) return;
  // Aliases as keys are compared by what they stand for.
  const auto text_of = [&](std::uint32_t index) -> std::string_view {
    const YamlEvent& event = events_[index];
    const bool alias = event.kind == YamlEvent::Kind::kAlias && event.target != YamlEvent::kNone;
    return alias ? events_[event.target].text : event.text;
  };
  // Most mappings are small, and comparing a few keys is cheaper than hashing them.
  constexpr std::size_t kFewKeys = 12;
  std::unordered_map<std::string_view, std::uint32_t> first;
  const bool hashed = frame.keys.size() > kFewKeys;
  if (hashed) first.reserve(frame.keys.size());
  for (std::size_t i = 0; i < frame.keys.size(); ++i) {
    const std::uint32_t index = frame.keys[i];
    const std::string_view key = text_of(index);
    std::uint32_t before = index;
    if (hashed) {
      before = first.emplace(key, index).first->second;
    } else {
      const auto end = frame.keys.begin() + static_cast<std::ptrdiff_t>(i);
      const auto same = std::find_if(frame.keys.begin(), end,
                                     [&](std::uint32_t other) { return text_of(other) == key; });
      if (same != end) before = *same;
    }
    // A list as a key is another error, and has no text to compare.
    const bool comparable = !key.empty() || events_[index].kind == YamlEvent::Kind::kScalar;
    if (before != index && comparable) duplicate_key(key, before, index);
  }
}

void EventReader::duplicate_key(std::string_view key, std::uint32_t before, std::uint32_t again) {
  const Mark& there = events_[before].mark;
  complain(
      ErrorCode::kYamlDuplicateKey, events_[again].mark,
      fmt::format("the key {} stands here a second time", describe_key(key)),
      key == "<<" ? "merge several mappings with one key: <<: [*a, *b]" : "keep one of the two");
  errors_.back().cause =
      fmt::format("the first one is in line {}, column {}", there.line, there.column);
}

void EventReader::syntax_error(const yaml_parser_t& parser) {
  const std::string_view problem = parser.problem != nullptr ? parser.problem : "it makes no sense";
  const Mark mark = parser.error == YAML_READER_ERROR
                        ? places_.mark_of_byte(std::min(parser.problem_offset, text_.size()))
                        : mark_of(parser.problem_mark);
  if (parser.error == YAML_MEMORY_ERROR) {
    complain(ErrorCode::kYamlLimit, mark, fmt::format("no memory is left to read {}", file_),
             "free some memory, then run the same command again");
    return;
  }
  complain(ErrorCode::kYamlSyntax, mark, fmt::format("{} is not valid YAML: {}", file_, problem),
           std::string(advice_for(problem, places_.byte_at(mark), places_.byte_at(mark, 1))));
  if (parser.context != nullptr) {
    const Mark context = mark_of(parser.context_mark);
    // What is never closed is found at the end of the file and mended where it was opened.
    if (problem == "found unexpected end of stream") {
      errors_.back().place.line = context.line;
      errors_.back().place.column = context.column;
    }
    errors_.back().cause = fmt::format("{} that begins in line {}, column {}", parser.context,
                                       context.line, context.column);
  }
}

}  // namespace

Checked<YamlEvents> read_yaml_events(const std::string& file, std::string_view text,
                                     const Limits& limits) {
  return EventReader(file, text, limits).read();
}

}  // namespace bedstone::data
