#include <sferic/bench/detail/allocations.hpp>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

constinit thread_local std::int64_t allocations = 0;

void* allocate(std::size_t size) noexcept {
  ++allocations;
  return std::malloc(size);
}

void* allocate(std::size_t size, std::align_val_t alignment) noexcept {
  ++allocations;
  auto const bytes = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(bytes, (size + bytes - 1) / bytes * bytes);
}

void* or_throw(void* block) {
  if (!block) throw std::bad_alloc();
  return block;
}

}  // namespace

std::int64_t sferic::bench::detail::allocations_of_this_thread() noexcept { return allocations; }

// Those of arrays call these.

void* operator new(std::size_t size) { return or_throw(allocate(size)); }
void* operator new(std::size_t size, std::nothrow_t const&) noexcept { return allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return or_throw(allocate(size, alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return allocate(size, alignment);
}

void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
