using System.Runtime.InteropServices;

namespace VfioMigration.Posix;

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int Fd;
    internal short Events;
    internal short Returned;
}
