#include "allocations.hpp"

#include <atomic>
#include <cstddef>
#include <malloc.h>

// The GNU C library's own, behind the names that this file takes over.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void __libc_free(void* block);
}

namespace sferic::bench {
namespace {

std::atomic<std::int64_t> held_count{0};
std::atomic<std::int64_t> held_bytes{0};

void* counted(void* block) {
  if (block != nullptr) {
    held_count.fetch_add(1, std::memory_order_relaxed);
    held_bytes.fetch_add(static_cast<std::int64_t>(malloc_usable_size(block)),
                         std::memory_order_relaxed);
  }
  return block;
}

void not_counted_any_more(void* block) {
  if (block == nullptr) return;
  held_count.fetch_sub(1, std::memory_order_relaxed);
  held_bytes.fetch_sub(static_cast<std::int64_t>(malloc_usable_size(block)),
                       std::memory_order_relaxed);
}

}  // namespace

Allocations Allocations::now() { return {held_count.load(), held_bytes.load()}; }

}  // namespace sferic::bench

extern "C" {

void* malloc(std::size_t size) { return sferic::bench::counted(__libc_malloc(size)); }

void* calloc(std::size_t number, std::size_t size) {
  return sferic::bench::counted(__libc_calloc(number, size));
}

void* realloc(void* block, std::size_t size) {
  sferic::bench::not_counted_any_more(block);
  return sferic::bench::counted(__libc_realloc(block, size));
}

void free(void* block) {
  sferic::bench::not_counted_any_more(block);
  __libc_free(block);
}
}
