/// Byte by byte, after https://www.sqlite.org/fileformat2.html.
#include "db/sqlite/pages.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/files.hpp"

namespace bedstone::db::sqlite {
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kHeaderBytes = 100;

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint32_t result = 0;
  for (std::size_t i = 0; i < length; ++i)
    result =
        result << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
  return result;
}

/// False behind the end.
bool varint(std::string_view bytes, std::size_t& at, std::uint64_t& value) {
  value = 0;
  for (int i = 0; i < 9; ++i) {
    if (at >= bytes.size()) return false;
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    if (i == 8) {
      value = value << 8U | byte;
      return true;
    }
    value = value << 7U | (byte & 0x7fU);
    if ((byte & 0x80U) == 0) return true;
  }
  return true;
}

bool is_page_size(std::uint32_t bytes) {
  return bytes >= 512 && bytes <= 65536 && std::has_single_bit(bytes);
}

std::size_t start_of(std::uint32_t number) {
  return number == 1 ? kHeaderBytes : 0;
}

std::uint64_t length_of(std::uint64_t type) {
  static constexpr std::uint64_t kLengths[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
  if (type < 10) return kLengths[type];
  return type < 12 ? 0 : (type - 12) / 2;
}

Field field_of(std::uint64_t type, std::string_view bytes) {
  if (type == 0) return std::monostate();
  if (type == 8 || type == 9) return static_cast<std::int64_t>(type - 8);
  if (type <= 7) {
    std::uint64_t bits = 0;
    for (const char c : bytes)
      bits = bits << 8U | static_cast<unsigned char>(c);
    if (type == 7) return std::bit_cast<double>(bits);
    const unsigned shift = static_cast<unsigned>(64 - 8 * bytes.size());
    return static_cast<std::int64_t>(bits << shift) >> shift;
  }
  if (type % 2 == 0) return BlobBytes{std::string(bytes)};
  return TextBytes{std::string(bytes)};
}

/// False: the bytes are no record.
bool decode(std::string_view record, std::uint64_t size, FoundRow& row) {
  std::size_t at = 0;
  std::uint64_t header = 0;
  if (!varint(record, at, header) || header < at || header > size || header > record.size())
    return false;
  std::uint64_t body = header;
  const std::string_view types = record.substr(0, header);
  while (at < header) {
    std::uint64_t type = 0;
    if (!varint(types, at, type) || type == 10 || type == 11) return false;
    const std::uint64_t length = length_of(type);
    if (length > size || body + length > size) return false;
    // What a broken chain of pages took away.
    if (body + length > record.size()) {
      row.whole = false;
      return true;
    }
    row.fields.push_back(field_of(type, record.substr(body, length)));
    body += length;
  }
  return true;
}

/// https://www.sqlite.org/fileformat2.html#checksum_algorithm
void add_checksum(std::string_view bytes, bool big, std::uint32_t& one, std::uint32_t& two) {
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    std::uint32_t a = number_at(bytes, i, 4), b = number_at(bytes, i + 4, 4);
    if (!big) {
      a = __builtin_bswap32(a);
      b = __builtin_bswap32(b);
    }
    one += a + two;
    two += b + one;
  }
}

}  // namespace

Result<PageFile> PageFile::open(const std::string& path) {
  PageFile file;
  file.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file.file_ < 0) return fail(files::from_errno(errno, path));
  struct stat facts {};
  if (fstat(file.file_, &facts) != 0) return fail(files::from_errno(errno, path));
  file.bytes_ = static_cast<std::uint64_t>(facts.st_size);
  file.read_header();
  file.count_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>((file.bytes_ + file.page_bytes_ - 1) / file.page_bytes_, 0xfffffffe));
  file.read_wal(path + "-wal");
  file.check_encoding();
  return file;
}

PageFile::PageFile(PageFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      wal_(std::exchange(other.wal_, -1)),
      bytes_(other.bytes_),
      count_(other.count_),
      page_bytes_(other.page_bytes_),
      usable_(other.usable_),
      encoding_(other.encoding_),
      has_header_(other.has_header_),
      uses_wal_(other.uses_wal_),
      auto_vacuum_(other.auto_vacuum_),
      user_version_(other.user_version_),
      application_id_(other.application_id_),
      frames_(std::move(other.frames_)) {}

PageFile::~PageFile() {
  if (file_ >= 0) ::close(file_);
  if (wal_ >= 0) ::close(wal_);
}

std::string PageFile::bytes_at(int file, std::uint64_t offset, std::size_t length) const {
  std::string bytes(length, '\0');
  std::size_t done = 0;
  while (done < length) {
    const auto got =
        pread(file, bytes.data() + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    // A disk that cannot read it leaves zeros, which are no page.
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

void PageFile::read_header() {
  const std::string head = bytes_at(file_, 0, kHeaderBytes);
  std::uint32_t size = number_at(head, 16, 2);
  if (size == 1) size = 65536;
  const bool size_fits = is_page_size(size);
  has_header_ = head.starts_with(kMagic) && size_fits;
  const std::uint32_t reserved = number_at(head, 20, 1);
  if (size_fits) page_bytes_ = size;
  guess_page_bytes(reserved < page_bytes_ && page_bytes_ - reserved >= 480 ? reserved : 0);
  const std::uint32_t encoding = number_at(head, 56, 4);
  if (encoding >= 1 && encoding <= 3) encoding_ = static_cast<int>(encoding);
  uses_wal_ = number_at(head, 18, 1) == 2;
  if (!has_header_) return;
  auto_vacuum_ = number_at(head, 52, 4) == 0 ? 0 : number_at(head, 64, 4) != 0 ? 2 : 1;
  user_version_ = number_at(head, 60, 4);
  application_id_ = number_at(head, 68, 4);
}

/// How many rows the first part of the file seems to hold, when pages are so large. Too large a
/// size misses pages; too small a one cuts rows off.
double PageFile::look(std::uint32_t page_bytes, std::uint32_t reserved) {
  constexpr std::uint32_t kLookedBytes = 4U << 20;
  page_bytes_ = page_bytes;
  usable_ = page_bytes - reserved;
  count_ = static_cast<std::uint32_t>((bytes_ + page_bytes - 1) / page_bytes);
  const std::uint32_t pages = std::min(count_, kLookedBytes / page_bytes);
  double score = 0;
  for (std::uint32_t number = 1; number <= pages; ++number) {
    const std::string text = page(number);
    std::int64_t found = 0;
    const std::int64_t bad = rows(
        text, number, [&found](FoundRow& row) { found += row.fields.empty() ? 0 : 1; }, nullptr);
    score += static_cast<double>(std::max<std::int64_t>(0, found - 4 * bad));
  }
  return score;
}

/// The header's word counts unless another size explains more.
void PageFile::guess_page_bytes(std::uint32_t reserved) {
  std::uint32_t found = page_bytes_, found_reserved = reserved;
  double best = look(found, reserved);
  for (std::uint32_t size = 512; size <= 65536; size *= 2) {
    const double score = look(size, 0);
    if (score <= best) continue;
    best = score;
    found = size;
    found_reserved = 0;
  }
  page_bytes_ = found;
  usable_ = found - found_reserved;
}

/// What sqlite_schema begins its rows with tells how texts are written.
void PageFile::check_encoding() {
  using namespace std::string_view_literals;
  int told = 0;
  for (std::uint32_t number = 1; number <= count_ && told == 0; ++number) {
    rows(
        page(number), number,
        [&told](FoundRow& row) {
          if (row.fields.size() != 5) return;
          const auto* type = std::get_if<TextBytes>(&row.fields[0]);
          if (type == nullptr) return;
          if (type->bytes == "table" || type->bytes == "index") told = 1;
          if (type->bytes == "t\0a\0b\0l\0e\0"sv || type->bytes == "i\0n\0d\0e\0x\0"sv) told = 2;
          if (type->bytes == "\0t\0a\0b\0l\0e"sv || type->bytes == "\0i\0n\0d\0e\0x"sv) told = 3;
        },
        nullptr);
  }
  if (told != 0) encoding_ = told;
}

void PageFile::read_wal(const std::string& path) {
  constexpr std::size_t kWalHeader = 32, kFrameHeader = 24;
  wal_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (wal_ < 0) return;
  struct stat facts {};
  if (fstat(wal_, &facts) != 0 || facts.st_size < static_cast<off_t>(kWalHeader)) return;
  const std::string head = bytes_at(wal_, 0, kWalHeader);
  const std::uint32_t magic = number_at(head, 0, 4);
  if ((magic & ~1U) != 0x377f0682U) return;
  const std::uint32_t size = number_at(head, 8, 4);
  if (!is_page_size(size)) return;
  if (!has_header_) page_bytes_ = usable_ = size;
  if (size != page_bytes_) return;
  const bool big = (magic & 1U) != 0;
  std::uint32_t one = 0, two = 0;
  add_checksum(std::string_view(head).substr(0, 24), big, one, two);
  if (one != number_at(head, 24, 4) || two != number_at(head, 28, 4)) return;
  std::map<std::uint32_t, std::uint64_t> open;
  const auto end = static_cast<std::uint64_t>(facts.st_size);
  for (std::uint64_t at = kWalHeader; at + kFrameHeader + size <= end; at += kFrameHeader + size) {
    const std::string frame = bytes_at(wal_, at, kFrameHeader + size);
    if (frame.compare(8, 8, head, 16, 8) != 0) break;
    add_checksum(std::string_view(frame).substr(0, 8), big, one, two);
    add_checksum(std::string_view(frame).substr(kFrameHeader), big, one, two);
    if (one != number_at(frame, 16, 4) || two != number_at(frame, 20, 4)) break;
    open[number_at(frame, 0, 4)] = at + kFrameHeader;
    const std::uint32_t committed = number_at(frame, 4, 4);
    if (committed == 0) continue;
    for (const auto& [number, offset] : open)
      frames_[number] = offset;
    open.clear();
    count_ = committed;
  }
  // The newest header is in there.
  if (frames_.contains(1)) {
    const std::string first = page(1);
    has_header_ = first.starts_with(kMagic);
    user_version_ = number_at(first, 60, 4);
    application_id_ = number_at(first, 68, 4);
    const std::uint32_t encoding = number_at(first, 56, 4);
    if (encoding >= 1 && encoding <= 3) encoding_ = static_cast<int>(encoding);
    const std::uint32_t reserved = number_at(first, 20, 1);
    if (page_bytes_ - reserved >= 480) usable_ = page_bytes_ - reserved;
    uses_wal_ = true;
  }
}

std::set<std::uint32_t> PageFile::free_pages() const {
  std::set<std::uint32_t> result;
  if (!has_header_) return result;
  std::uint32_t trunk = number_at(page(1), 32, 4);
  while (trunk > 0 && trunk <= count_ && result.insert(trunk).second) {
    const std::string text = page(trunk);
    const std::uint32_t leaves = number_at(text, 4, 4);
    for (std::uint32_t i = 0; i < leaves && 8 + 4 * i + 4 <= usable_; ++i)
      result.insert(number_at(text, 8 + 4 * i, 4));
    trunk = number_at(text, 0, 4);
  }
  return result;
}

std::string PageFile::page(std::uint32_t number) const {
  if (number == 0 || number > count_) return {};
  if (const auto found = frames_.find(number); found != frames_.end())
    return bytes_at(wal_, found->second, page_bytes_);
  return bytes_at(file_, std::uint64_t{number - 1} * page_bytes_, page_bytes_);
}

PageKind PageFile::kind(const std::string& page, std::uint32_t number) {
  const std::size_t start = start_of(number);
  if (page.size() < start + 12) return PageKind::kNone;
  switch (page[start]) {
    case 2:
      return PageKind::kIndexInterior;
    case 5:
      return PageKind::kTableInterior;
    case 10:
      return PageKind::kIndexLeaf;
    case 13:
      return PageKind::kTableLeaf;
    default:
      return PageKind::kNone;
  }
}

std::vector<std::uint32_t> PageFile::children(const std::string& page, std::uint32_t number) const {
  std::vector<std::uint32_t> result;
  const PageKind what = kind(page, number);
  if (what != PageKind::kIndexInterior && what != PageKind::kTableInterior) return result;
  const auto add = [&](std::uint32_t child) {
    if (child > 1 && child <= count_ && child != number) result.push_back(child);
  };
  const std::size_t start = start_of(number);
  const std::uint32_t cells = number_at(page, start + 3, 2);
  for (std::uint32_t i = 0; i < cells && start + 12 + 2 * i + 2 <= usable_; ++i) {
    const std::uint32_t at = number_at(page, start + 12 + 2 * i, 2);
    if (at >= start + 12 && at + 4 <= usable_) add(number_at(page, at, 4));
  }
  add(number_at(page, start + 8, 4));
  return result;
}

/// The bytes of a payload, as many as there are; whether that is all of them.
bool PageFile::payload(const std::string& page, std::size_t at, std::uint64_t size, bool table,
                       std::string& out, std::set<std::uint32_t>* overflow) const {
  const std::uint64_t usable = usable_;
  const std::uint64_t most = table ? usable - 35 : (usable - 12) * 64 / 255 - 23;
  if (size <= most) {
    if (at + size > usable) return false;
    out = page.substr(at, size);
    return true;
  }
  const std::uint64_t least = (usable - 12) * 32 / 255 - 23;
  const std::uint64_t wanted = least + (size - least) % (usable - 4);
  const std::uint64_t local = wanted <= most ? wanted : least;
  if (at + local + 4 > usable) return false;
  out = page.substr(at, local);
  std::uint32_t next = number_at(page, at + local, 4);
  std::set<std::uint32_t> seen;
  while (out.size() < size) {
    if (next < 2 || next > count_ || !seen.insert(next).second) break;
    const std::string more = this->page(next);
    if (more.empty()) break;
    out.append(more, 4, std::min<std::uint64_t>(size - out.size(), usable - 4));
    next = number_at(more, 0, 4);
  }
  if (overflow != nullptr) overflow->insert(seen.begin(), seen.end());
  return true;
}

std::int64_t PageFile::rows(const std::string& page, std::uint32_t number,
                            const std::function<void(FoundRow&)>& take,
                            std::set<std::uint32_t>* overflow) const {
  const PageKind what = kind(page, number);
  if (what == PageKind::kNone || what == PageKind::kTableInterior) return 0;
  const std::size_t start = start_of(number);
  const std::size_t pointers = start + (what == PageKind::kIndexInterior ? 12 : 8);
  const std::uint32_t cells = number_at(page, start + 3, 2);
  std::int64_t unreadable = 0;
  for (std::uint32_t i = 0; i < cells; ++i) {
    if (pointers + 2 * i + 2 > usable_) {
      unreadable += cells - i;
      break;
    }
    std::size_t at = number_at(page, pointers + 2 * i, 2);
    FoundRow row;
    std::string record;
    std::uint64_t size = 0, id = 0;
    if (what == PageKind::kIndexInterior) at += 4;
    const std::string_view text = std::string_view(page).substr(0, usable_);
    const bool table = what == PageKind::kTableLeaf;
    // No payload is larger than all pages together.
    const bool good = at >= pointers && varint(text, at, size) &&
                      (!table || varint(text, at, id)) &&
                      size <= std::uint64_t{count_} * page_bytes_ &&
                      payload(page, at, size, table, record, overflow) && decode(record, size, row);
    if (!good) {
      ++unreadable;
      continue;
    }
    row.id = static_cast<std::int64_t>(id);
    take(row);
  }
  return unreadable;
}

}  // namespace bedstone::db::sqlite
