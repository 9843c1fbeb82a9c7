#include <sferic/callbacks/detail/cuda_driver.hpp>

#include <sferic/callbacks/detail/shared_library.hpp>

#include <array>

namespace sferic::detail {

namespace {

/// As in NVIDIA's cuda.h.
struct Uuid {
  std::array<unsigned char, 16> bytes;
};

struct Driver {
  explicit Driver(SharedLibrary const& library) {
    library.find("cuDeviceGet", get);
    library.find("cuDeviceGetPCIBusId", pci_bus_id);
    library.find("cuDeviceGetUuid_v2", uuid);  // knows parts of a card, unlike the older one
    if (!uuid) library.find("cuDeviceGetUuid", uuid);
  }

  int (*get)(int* device, int index);
  int (*pci_bus_id)(char* text, int size, int device);
  int (*uuid)(Uuid* uuid, int device);
};

std::string text_of(Uuid const& uuid) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned const byte : uuid.bytes) {
    if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23)
      text += '-';
    text += kDigits[byte / 16];
    text += kDigits[byte % 16];
  }
  return text;
}

}  // namespace

// The driver is asked only where the program has it loaded: to load and start it is the program's
// decision. It numbers devices as the CUDA runtime does.
std::optional<GpuIdentity> cuda_identity(std::int64_t index) {
  auto const library = SharedLibrary::loaded("libcuda.so.1");
  if (!library) return std::nullopt;
  Driver const driver(library);
  int device = 0;
  if (!driver.get || driver.get(&device, static_cast<int>(index)) != 0) return std::nullopt;

  GpuIdentity identity;
  Uuid uuid = {};
  if (driver.uuid && driver.uuid(&uuid, device) == 0) identity.uuid = text_of(uuid);
  std::array<char, 32> id = {};
  if (driver.pci_bus_id && driver.pci_bus_id(id.data(), static_cast<int>(id.size()), device) == 0) {
    identity.pci_bus_id = id.data();
  }
  return identity;
}

}  // namespace sferic::detail
