using System.Buffers;

using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Workloads;

/// <summary>
/// Gives memory for a guest: exactly the requested number of bytes, positive, all zero. Disposed after its last use. An errno, customarily
/// ENOMEM, when there is none.
/// </summary>
public delegate Result<MemoryManager<byte>> GuestMemoryAllocator(int length);
