using System.Buffers;

using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Workloads;

/// <summary>
/// Gives memory for a guest: exactly so many bytes, a positive number, all zero. Disposed when nobody uses it any more. An errno, customarily
/// ENOMEM, when there is none.
/// </summary>
public delegate Result<MemoryManager<byte>> GuestMemoryAllocator(int length);
