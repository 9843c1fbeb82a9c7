// A library with some of the functions of CUDA's driver. Its only device, 0, is what the other
// stand-in calls GPU 2, at 0000:03:00.0.

#include <cstring>

extern "C" {

struct CUuuid {
  unsigned char bytes[16];
};

int cuDeviceGet(int* device, int ordinal) {
  if (ordinal != 0) return 101;
  *device = 7;
  return 0;
}

int cuDeviceGetUuid_v2(CUuuid* uuid, int device) {
  if (device != 7) return 101;
  std::memcpy(uuid->bytes, "\xbb\xbb\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
  return 0;
}

int cuDeviceGetPCIBusId(char* id, int length, int device) {
  if (device != 7 || length < 13) return 101;
  std::memcpy(id, "0000:03:00.0", 13);
  return 0;
}
}
