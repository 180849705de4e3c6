// Methods that forward to the default VFS's file, which lies behind ours in the same memory.
#include "db/sqlite/long_writes.hpp"

#include <cstring>
#include <new>

namespace bedstone::db::sqlite {
namespace {

/// SQLite's own writing takes at most 128 KiB at once.
constexpr int kRoom = 64 * 1024;
/// From 100 on these numbers are free.
constexpr int kFinish = 0x62656473;

struct File {
  sqlite3_file base;
  sqlite3_file* real;
  char* bytes;
  sqlite3_int64 offset;
  int size;
};

File& of(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}

sqlite3_file* real(sqlite3_file* file) {
  return of(file).real;
}

int finish(File& file) {
  if (file.size == 0) return SQLITE_OK;
  const int size = file.size;
  file.size = 0;
  return file.real->pMethods->xWrite(file.real, file.bytes, size, file.offset);
}

int close(sqlite3_file* file) {
  const int finished = finish(of(file));
  delete[] of(file).bytes;
  const int closed = real(file)->pMethods->xClose(real(file));
  return finished != SQLITE_OK ? finished : closed;
}

int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
  const int finished = finish(of(file));
  return finished != SQLITE_OK ? finished
                               : real(file)->pMethods->xRead(real(file), bytes, size, offset);
}

int write(sqlite3_file* handle, const void* bytes, int size, sqlite3_int64 offset) {
  File& file = of(handle);
  const bool goes_on = offset == file.offset + file.size && size <= kRoom - file.size;
  if (!goes_on) {
    if (const int finished = finish(file); finished != SQLITE_OK) return finished;
    if (size > kRoom) return file.real->pMethods->xWrite(file.real, bytes, size, offset);
    file.offset = offset;
  }
  std::memcpy(file.bytes + file.size, bytes, static_cast<std::size_t>(size));
  file.size += size;
  return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int finished = finish(of(file));
  return finished != SQLITE_OK ? finished : real(file)->pMethods->xTruncate(real(file), size);
}

int sync(sqlite3_file* file, int flags) {
  const int finished = finish(of(file));
  return finished != SQLITE_OK ? finished : real(file)->pMethods->xSync(real(file), flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  const int finished = finish(of(file));
  return finished != SQLITE_OK ? finished : real(file)->pMethods->xFileSize(real(file), size);
}

int lock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xLock(real(file), level);
}

int unlock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}

int is_reserved(sqlite3_file* file, int* result) {
  return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

int control(sqlite3_file* file, int operation, void* argument) {
  if (operation == kFinish) return finish(of(file));
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sector_size(sqlite3_file* file) {
  return real(file)->pMethods->xSectorSize(real(file));
}

int characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

/// Version 1: neither shared memory nor mappings, which would go around what is collected.
constexpr sqlite3_io_methods kMethods{
    .iVersion = 1,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* self, const char* name, sqlite3_file* handle, int flags, int* given) {
  auto* const real_vfs = static_cast<sqlite3_vfs*>(self->pAppData);
  // Files that are no database are the default VFS's alone.
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
    return real_vfs->xOpen(real_vfs, name, handle, flags, given);
  auto& file = *new (handle) File{};
  file.real = reinterpret_cast<sqlite3_file*>(&file + 1);
  const int opened = real_vfs->xOpen(real_vfs, name, file.real, flags, given);
  if (opened != SQLITE_OK) return opened;
  file.bytes = new (std::nothrow) char[kRoom];
  if (file.bytes == nullptr) {
    (void)file.real->pMethods->xClose(file.real);
    return SQLITE_NOMEM;
  }
  file.base.pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

const char* long_writes_vfs() {
  struct Registered {
    sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
    Registered() {
      vfs.pNext = nullptr;
      vfs.pAppData = sqlite3_vfs_find(nullptr);
      vfs.zName = "bedstone-long-writes";
      vfs.szOsFile += static_cast<int>(sizeof(File));
      vfs.xOpen = open;
      sqlite3_vfs_register(&vfs, 0);
    }
  };
  static Registered registered;
  return registered.vfs.zName;
}

int finish_long_writes(sqlite3* database) {
  return sqlite3_file_control(database, "main", kFinish, nullptr);
}

}  // namespace bedstone::db::sqlite
